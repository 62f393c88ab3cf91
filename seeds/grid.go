package seeds

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
)

// The sample's staff is made up: no person and no telephone of it exists.
const (
	surname = "Muster" // what a German form is filled in with

	// uncovered is the commune without an officer, so that there is a gap to
	// see.
	uncovered = "Planken"
	// away is the commune whose officer is absent, and stand the one whose
	// officer works there meanwhile.
	away, stand = "Ruggell", "Gamprin"
)

// home is the commune where the sample knows most houses; centre is in its
// middle, and reach how far around it, in metres, the account "officer" works.
const (
	home  = "Balzers"
	reach = 330.0
)

var centre = orb.Point{9.5026, 47.0668}

// upper are the communes of the account "administrator"; the others are of a
// second one, so that each sees their own.
func upper() []string {
	return []string{"Balzers", "Planken", "Schaan", "Triesen", "Triesenberg", "Vaduz"}
}

func firstNames() []string {
	return []string{"Anna", "Beat", "Carla", "David", "Elena", "Fabio", "Gina", "Hans", "Ida", "Jan", "Karin", "Luca"}
}

// Staff puts people to work in the sample: an office in each commune, an
// officer in each but one, two administrators, an absence, and a landlord's
// houses. The accounts named after roles must be there. Like Load it does what
// is missing and leaves alone what people have changed.
func Staff(ctx context.Context, s *postgres.Store, note func(format string, args ...any)) error {
	l := loading{Store: s, by: registry.Actor{Name: Actor, Roles: []registry.Role{registry.Operator, registry.Clerk}}, note: note}
	begun, err := l.staffed(ctx)
	if err != nil || begun {
		return err
	}
	communes, err := l.Divisions(ctx, postgres.DivisionFilter{Level: registry.Community})
	if err != nil {
		return err
	}
	offices, err := l.openOffices(ctx, communes)
	if err != nil {
		return err
	}
	if err := l.employ(ctx, communes, offices); err != nil {
		return err
	}
	if err := l.house(ctx); err != nil {
		return err
	}
	return l.share(ctx, communes)
}

// staffed says whether cells were ever assigned: that comes last.
func (l *loading) staffed(ctx context.Context) (bool, error) {
	list, _, err := l.Assignments(ctx, l.by, postgres.AssignmentFilter{Limit: 1})
	return len(list) > 0, err
}

func (l *loading) openOffices(ctx context.Context, communes []registry.Division) (map[string]int64, error) {
	offices := map[string]int64{}
	there, err := l.Offices(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range there {
		offices[o.Name] = o.ID
	}
	for i, d := range communes {
		if offices[d.Name] != 0 {
			continue
		}
		phone, address := fmt.Sprintf("+423 000 %02d 00", i+1), "Rathaus, "+d.Name
		o, err := l.OpenOffice(ctx, l.by, registry.OfficeInput{Name: &d.Name, Phone: &phone, Address: &address, Division: registry.Some(d.ID)})
		if err != nil {
			return nil, fmt.Errorf("open the office of %s: %w", d.Name, err)
		}
		offices[d.Name] = o.ID
	}
	return offices, nil
}

// officerOf is the account of a commune's officer.
func officerOf(commune string) string { return "officer." + strings.ToLower(commune) }

const lowerAdministrator = "administrator.unterland"

// employ makes the accounts that are missing. Their passwords are nobody's:
// `fangma user reset` gives one that is known.
func (l *loading) employ(ctx context.Context, communes []registry.Division, offices map[string]int64) error {
	there, err := l.Accounts(ctx)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, a := range there {
		has[a.Name] = true
	}
	names := firstNames()
	hire := func(name string, role registry.Role, office int64) error {
		shown := names[0] + " " + surname
		names = append(names[1:], names[0])
		if has[name] {
			return nil
		}
		_, err := l.AddPerson(ctx, l.by, name, shown, postgres.NewPassword(), office, []registry.Grant{{Role: role}})
		return err
	}
	for _, d := range communes {
		if d.Name == uncovered {
			continue
		}
		if err := hire(officerOf(d.Name), registry.Officer, offices[d.Name]); err != nil {
			return fmt.Errorf("employ the officer of %s: %w", d.Name, err)
		}
	}
	if err := hire(lowerAdministrator, registry.Administrator, offices["Eschen"]); err != nil {
		return fmt.Errorf("employ an administrator: %w", err)
	}
	for _, name := range []string{string(registry.Officer), string(registry.Administrator)} {
		if err := l.ChangePerson(ctx, l.by, name, postgres.PersonInput{Office: registry.Some(offices[home])}); err != nil {
			return fmt.Errorf("give %s an office: %w", name, err)
		}
	}
	return nil
}

// house writes down three houses of the account "landlord".
func (l *loading) house(ctx context.Context) error {
	near := orb.Bound{Min: orb.Point{centre[0] - 0.001, centre[1] - 0.001}, Max: orb.Point{centre[0] + 0.001, centre[1] + 0.001}}
	houses, _, err := l.Buildings(ctx, postgres.Filter{Bound: &near, Limit: 3})
	if err != nil {
		return err
	}
	for _, h := range houses {
		held, err := l.Landlords(ctx, h.Code)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			continue
		}
		if _, err := l.AddHolding(ctx, postgres.Write{Actor: l.by}, h.Code, string(registry.Landlord), registry.Term{}, registry.Why{}); err != nil {
			return fmt.Errorf("give a house to the landlord: %w", err)
		}
	}
	return nil
}

// share assigns every cell of every commune, as one event.
func (l *loading) share(ctx context.Context, communes []registry.Division) error {
	var wishes []registry.Handing
	cells := 0
	for _, d := range communes {
		all, err := l.CommunityCells(ctx, d.Code, l.Today())
		if err != nil {
			return fmt.Errorf("find the cells of %s: %w", d.Name, err)
		}
		cells += len(all)
		leads := lowerAdministrator
		if slices.Contains(upper(), d.Name) {
			leads = string(registry.Administrator)
		}
		wishes = append(wishes, registry.Handing{Role: registry.Administrator, Person: leads, Cells: all})
		if d.Name == uncovered {
			continue
		}
		middle, rest := []geo.Cell{}, all
		if d.Name == home {
			rest = nil
			for _, c := range all {
				if geo.Distance(c.Center(), centre) <= reach {
					middle = append(middle, c)
				} else {
					rest = append(rest, c)
				}
			}
			wishes = append(wishes, registry.Handing{Role: registry.Officer, Person: string(registry.Officer), Cells: middle})
		}
		wishes = append(wishes, registry.Handing{Role: registry.Officer, Person: officerOf(d.Name), Cells: rest})
	}
	if len(wishes) == 0 {
		return nil
	}
	if _, err := l.Assign(ctx, postgres.Write{Actor: l.by}, wishes, registry.Why{Reason: "The sample's first territories"}); err != nil {
		return fmt.Errorf("assign the cells: %w", err)
	}
	back := time.Now().AddDate(0, 0, 14)
	_, err := l.AddAbsence(ctx, postgres.Write{Actor: l.by}, registry.AbsenceWish{Person: officerOf(away), Substitute: officerOf(stand),
		Term: registry.Term{To: &back}}, registry.Why{Reason: "On leave"})
	if err != nil {
		return fmt.Errorf("record an absence: %w", err)
	}
	l.note("gave %d cells of the grid to officers and administrators; %s has no officer, that of %s is away", cells, uncovered, away)
	return nil
}
