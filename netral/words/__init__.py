"""Every sentence for people that web and command line both say; knows no Flask."""
