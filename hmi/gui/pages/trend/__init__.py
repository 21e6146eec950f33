"""What the Trends page is made of: data, pens, scales, legend, picker."""
