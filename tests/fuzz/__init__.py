"""Whatever comes in is read, or refused with findings that can be told: fuzz targets and corpus."""
