"""Charts, one file a question: ``build(rows, labels, lang)`` gives a Vega-Altair chart."""
