"""Other people's web servers, asked carefully: which addresses may be reached, and one request and its answer."""
