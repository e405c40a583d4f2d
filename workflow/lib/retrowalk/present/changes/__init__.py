"""Which numbers of the manuscript changed since the results were frozen, and the page that lists them."""
