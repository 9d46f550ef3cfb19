"""One file for each family of questions; every module here is found and imported by `generator.family`."""
