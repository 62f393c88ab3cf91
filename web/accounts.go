package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"fangma/registry"
	"fangma/registry/postgres"
)

type accountView struct {
	accountName
	Disabled bool `json:"disabled"`
}

// accountAnswer is one account, with its password if it has just been made.
type accountAnswer struct {
	Account  accountView `json:"account"`
	Password string      `json:"password,omitempty"`
}

func viewAccount(a account) accountView {
	return accountView{*viewSession(a).Account, a.DisabledAt != nil}
}

// listAccounts answers GET /api/v1/accounts.
func (in *reading) listAccounts(w http.ResponseWriter, r *http.Request) error {
	list, err := in.store.Accounts(r.Context())
	if err != nil {
		return err
	}
	out := make([]accountView, 0, len(list))
	for _, a := range list {
		out = append(out, viewAccount(a))
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, map[string]any{"accounts": out})
}

// addAccount answers POST /api/v1/accounts.
func (out *writing) addAccount(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("name", "roles")
	name, display, office, roles := plain(o, "name"), plain(o, "displayName"), readIDOrNull(o, "office"), out.readRolesOrGrants(o)
	if o.has("roles") && len(roles) == 0 {
		o.fault("roles", "must name at least one role")
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	password := postgres.NewPassword()
	var at int64
	if office.Value != nil {
		at = *office.Value
	}
	a, err := out.store.AddPerson(r.Context(), stateOf(r).actor, name, display, password, at, roles)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/accounts/"+a.Name)
	w.Header().Set("Cache-Control", "private, no-store")
	return writeVersion(w, r, http.StatusCreated, 0, accountAnswer{viewAccount(a), password})
}

func readRoles(o *object) []registry.Role {
	roles := value[[]registry.Role](o, "roles", "an array of roles")
	if roles == nil {
		return nil
	}
	for _, role := range *roles {
		if !role.Valid() {
			o.fault("roles", "must be of clerk, dispatcher, officer, administrator, planner, landlord, integrator, operator")
			return nil
		}
	}
	slices.Sort(*roles)
	return slices.Compact(*roles)
}

// changeAccount answers PATCH /api/v1/accounts/{name}. An operator cannot shut
// the door behind themselves.
func (out *writing) changeAccount(w http.ResponseWriter, r *http.Request) error {
	name := strings.ToLower(mux.Vars(r)["name"])
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	setsRoles, roles := o.has("roles"), readRoles(o)
	disabled, password := value[bool](o, "disabled", "true or false"), text(o, "password")
	if password != nil && *password != "reset" {
		o.fault("password", `must be "reset": the server makes the password`)
	}
	o.unknown()
	if len(o.members) == 0 {
		o.fault("body", "must state at least one change")
	}
	if err := o.err(); err != nil {
		return err
	}
	a, err := out.findAccount(r, name)
	if err != nil {
		return err
	}
	by := stateOf(r).actor
	if a.ID == by.Account && (disabled != nil && *disabled || setsRoles && !slices.Contains(roles, registry.Operator)) {
		return &registry.Error{Kind: registry.Conflict, Slug: "own_account",
			Detail: "you cannot disable your own account or take the operator's role from it; another operator can"}
	}
	if setsRoles {
		if err := out.setRoles(r, a, roles); err != nil {
			return err
		}
	}
	if disabled != nil {
		if err := out.store.SetDisabled(r.Context(), by, name, *disabled); err != nil {
			return err
		}
	}
	answer := accountAnswer{}
	if password != nil {
		answer.Password = postgres.NewPassword()
		if err := out.store.ResetPassword(r.Context(), by, name, answer.Password); err != nil {
			return err
		}
	}
	if a, err = out.findAccount(r, name); err != nil {
		return err
	}
	answer.Account = viewAccount(a)
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, answer)
}

// setRoles grants and ends what differs. Each is its own event, and doing it
// again changes nothing, so that a change that broke off can be repeated.
func (out *writing) setRoles(r *http.Request, a account, want []registry.Role) error {
	for _, role := range registry.Roles() {
		has, wants := slices.Contains(a.Roles, role), slices.Contains(want, role)
		if has == wants {
			continue
		}
		if err := out.store.SetRole(r.Context(), stateOf(r).actor, a.Name, role, wants); err != nil {
			return err
		}
	}
	return nil
}

func (in *reading) findAccount(r *http.Request, name string) (account, error) {
	list, err := in.store.Accounts(r.Context())
	if err != nil {
		return account{}, err
	}
	for _, a := range list {
		if a.Name == name {
			return a, nil
		}
	}
	return account{}, notFound("account_unknown", "there is no account of that name")
}
