"""Import of the tables that people bring: text, MATLAB, C3D, TDMS, XDF and Parquet."""
