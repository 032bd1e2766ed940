// Stands in for the modules that the reader process may not load.
'use strict'

module.exports = {}
