int cptrace_empty;
