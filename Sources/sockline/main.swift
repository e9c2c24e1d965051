print("sockline")
