"""A generator of exam questions about neural networks, with every solution worked out as one would on paper."""
