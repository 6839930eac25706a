exports.BETA = "legacy-beta";
module.exports.OLD = "legacy-old";
