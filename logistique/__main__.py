"""``python -m logistique`` is the same as ``logistique``."""

from logistique.cli.app import main

if __name__ == "__main__":
    main()
