"""Every sentence that web and command line both say; knows no Flask."""
