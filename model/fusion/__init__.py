"""The strategies: each takes the towers' outputs and returns one fused vector per sample.

Late and progressive fusion share one call,
``fusion(text_states, text_mask, image_stages, image_present)``, with

- ``text_states``: float32 (B, L, 384) after each of the text tower's stages;
- ``text_mask``: bool (B, L), true on real tokens, nowhere true without text;
- ``image_stages``: float32 (B, N, C) per stage of the image tower, N = 49 tokens an image, the
  images of one message one after the other, or None where no message of the batch has one;
- ``image_present``: bool (B, N), true on tokens of images that are there, or None like the stages;

and return float32 (B, 384). A missing modality is a learned vector, never zeros alone. Early fusion
runs the text tower itself; to it a missing image is no tokens at all.
"""
