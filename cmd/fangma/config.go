package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"fangma/web"
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
	Listen       string     `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where to serve. Default: ${default}."`
	AdminListen  string     `default:"127.0.0.1:8081" placeholder:"ADDR" help:"Where to serve metrics and profiles (/metrics, /debug/pprof/), for this machine only; empty for not at all. Default: ${default}."`
	TileCache    int        `default:"512" placeholder:"MIB" help:"How much memory compressed tiles may take. All tiles of a city fit, and are made before anybody asks for them while the server has nothing else to do. Default: ${default}."`
	ProfileLocks bool       `help:"Also record where goroutines wait for each other, at a small cost: /debug/pprof/mutex and /debug/pprof/block."`
	PublicURL    string     `name:"public-url" placeholder:"URL" help:"Address under which people reach the server; it is printed in the door plates' QR codes. Default: the address of --listen."`
	Name         string     `placeholder:"NAME" help:"Name of the registry on pages and door plates. Default: 房码 Fangma."`
	Attribution  []string   `sep:"none" default:"© OpenStreetMap contributors" placeholder:"TEXT" help:"Whom the map names as the source of its data; may be given several times. Default: ${default}."`
	Proxies      []string   `name:"trusted-proxies" placeholder:"CIDR" help:"Networks of proxies in front of the server, as in 10.0.0.0/8: their X-Forwarded-For says who is asking, for the limits on requests. Default: none is believed."`
	OIDC         oidcConfig `embed:"" prefix:"oidc-"`
	Log          string     `enum:",debug,info,warn" default:"" placeholder:"LEVEL" help:"info: a line for every request but tiles that went well, which come from memory and are in the metrics. warn: only what went wrong. debug: all there is. Default: info; for the demo warn."`
}

// readOnlyConfig makes a server that only reads, as on a replica.
type readOnlyConfig struct {
	ReadOnly   bool   `help:"Serve without ever writing, as on a streaming replica named by --database-url. What would write, signing in and looks at headcounts included, is refused with --primary-url."`
	PrimaryURL string `name:"primary-url" placeholder:"URL" help:"With --read-only: address of the server that takes writes, told to whoever tries one here."`
}

func (cfg readOnlyConfig) check(r registryConfig) error {
	switch {
	case !cfg.ReadOnly && cfg.PrimaryURL != "":
		return errors.New("--primary-url is for a server that only reads: give --read-only too")
	case cfg.ReadOnly && r.DatabaseURL == "":
		return errors.New("--read-only needs --database-url: the private database is there to be written to")
	case cfg.ReadOnly && r.OwnerURL != "":
		return errors.New("--owner-url is to migrate the database, and --read-only never does")
	}
	return nil
}

// oidcConfig says at which OpenID Connect provider people can sign in, beside
// passwords.
type oidcConfig struct {
	Issuer           string `placeholder:"URL" help:"OpenID Connect provider where people can sign in too. Give it the redirect address PUBLIC-URL/api/v1/session/oidc/callback."`
	ClientID         string `name:"client-id" placeholder:"ID" help:"How the provider knows this server."`
	ClientSecretFile string `placeholder:"FILE" help:"File with the secret that goes with it; none for a public client."`
	Name             string `placeholder:"NAME" help:"What the button to sign in says. Default: the provider's host."`
	Claim            string `default:"preferred_username" placeholder:"NAME" help:"Claim that holds the name of the account, which must exist already. People must not be able to choose it. Default: ${default}."`
	Domain           string `placeholder:"DOMAIN" help:"What must follow the name after an @ in that claim."`
}

// provider is nil if none is named.
func (cfg oidcConfig) provider() (*web.OIDC, error) {
	if cfg.Issuer == "" {
		return nil, nil
	}
	p := &web.OIDC{Issuer: cfg.Issuer, ClientID: cfg.ClientID, Name: cfg.Name, Claim: cfg.Claim, Domain: cfg.Domain}
	if cfg.ClientSecretFile != "" {
		secret, err := os.ReadFile(cfg.ClientSecretFile)
		if err != nil {
			return nil, fmt.Errorf("--oidc-client-secret-file: %w", err)
		}
		p.ClientSecret = strings.TrimSpace(string(secret))
	}
	return p, nil
}

// proxies reads --trusted-proxies.
func (cfg serveConfig) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range cfg.Proxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is no network like 10.0.0.0/8", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
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
