"""Charts of topics, drawn as SVG and PNG."""
