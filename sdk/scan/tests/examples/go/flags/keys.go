package flags

// FlagKey is the key of a flag.
type FlagKey string

const (
	NewBilling         = "new-billing"
	DarkMode   FlagKey = "dark-mode"
)

var Export = FlagKey("export-v2")

var All = struct{ Search string }{Search: "new-search"}

var ByName = map[string]string{"beta": "beta"}
