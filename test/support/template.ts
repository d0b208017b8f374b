/** The database of the test server that has our tables, and that tests' own are copies of. */
export const TEMPLATE = "tollgate_template";
