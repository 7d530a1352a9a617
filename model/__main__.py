"""Run the model's command line: ``python -m model``."""

from moodring.model.cli import main

if __name__ == "__main__":
    main()
