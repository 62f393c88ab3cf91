package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// sourceOf is where a request comes from, as far as limits go: the caller's
// address, or, of IPv6, the network of 64 bits that one subscriber has. Behind
// proxies that are trusted it is what the last of them saw.
func (s *Server) sourceOf(r *http.Request) string {
	source := addressOf(r.RemoteAddr)
	if len(s.cfg.Proxies) > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			trusted := slices.ContainsFunc(s.cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(source) })
			next := addressOf(strings.TrimSpace(hop))
			if !trusted || !next.IsValid() {
				break
			}
			source = next
		}
	}
	switch {
	case !source.IsValid():
		return r.RemoteAddr
	case source.Is6():
		network, _ := source.Prefix(64) // of 64 bits there is one
		return network.String()
	}
	return source.String()
}

// addressOf reads an address with or without a port; the zero address if it is
// none.
func addressOf(text string) netip.Addr {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
