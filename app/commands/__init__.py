"""The subcommands of `jalon`, one file each: options in, text or JSON out. They hold no rule."""
