"""Many-to-many distances on road networks: this project and other open packages side by side."""
