"""``pintu run mail``: agencies and roles that have nothing but mail hear of their complaints."""
