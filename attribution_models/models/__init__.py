"""One model per file, registered by the file's name. See ``attribution_models.registry`` for what a file must hold."""
