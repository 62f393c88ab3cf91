package main

import "runtime/debug"

type versionCommand struct{}

func (versionCommand) Run(c *console) error {
	c.printf("fangma %s\n", version())
	return nil
}

// version is the module's version and the commit it was built from, as the Go
// tool stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value
		}
	}
	return v + " " + info.GoVersion
}
