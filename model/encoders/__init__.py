"""The towers: plain Keras 3 layers that take pretrained weights; training only, never at run time."""
