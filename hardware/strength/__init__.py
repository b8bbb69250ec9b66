"""Strength of the printed parts by finite elements: gmsh makes the mesh, CalculiX solves it."""
