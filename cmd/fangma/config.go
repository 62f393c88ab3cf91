package main

import (
	"os"
	"path/filepath"
)

// registryConfig says where the registry is. The zero value is the private
// cluster in the usual data folder.
type registryConfig struct {
	Data        string `placeholder:"DIR" help:"Folder for the private database and its settings. Default: $$XDG_DATA_HOME/fangma; as root /var/lib/fangma; for the demo the sub-folder demo of it."`
	DatabaseURL string `name:"database-url" placeholder:"URL" help:"Use this PostgreSQL with PostGIS instead of a private one, signing in as the application's role."`
	OwnerURL    string `name:"owner-url" placeholder:"URL" help:"The same database as the role that owns the tables; needed to migrate it."`

	TimeZone       string `name:"timezone" placeholder:"ZONE" help:"Time zone of the registry, fixed at the first start. Default: Asia/Shanghai; for the demo Europe/Vaduz."`
	GridResolution int    `placeholder:"RES" help:"H3 resolution of the grid cells, fixed at the first start. Default: 10, cells of about 15,000 m²."`
}

// serveConfig says where the server listens and how it speaks.
type serveConfig struct {
	Listen      string   `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where to serve. Default: ${default}."`
	AdminListen string   `default:"127.0.0.1:8081" placeholder:"ADDR" help:"Where to serve metrics, for this machine only; empty for not at all. Default: ${default}."`
	PublicURL   string   `name:"public-url" placeholder:"URL" help:"Address under which people reach the server; it is printed in the door plates' QR codes. Default: the address of --listen."`
	Name        string   `placeholder:"NAME" help:"Name of the registry on pages and door plates. Default: 房码 Fangma."`
	Attribution []string `sep:"none" default:"© OpenStreetMap contributors" placeholder:"TEXT" help:"Whom the map names as the source of its data; may be given several times. Default: ${default}."`
	Log         string   `enum:",debug,info,warn" default:"" placeholder:"LEVEL" help:"info: a line for every request. warn: only what went wrong. debug: all there is. Default: info; for the demo warn."`
}

// dataFolder is where the registry is kept when nothing else is said.
func dataFolder() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/fangma", nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "fangma"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share", "fangma"), nil
}
