"""Reports that are handed upwards: made from records by files of data, for paper and workbooks."""
