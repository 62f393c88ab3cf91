package registry

// Person is somebody who works on the grid, as others are shown them. Name and
// DisplayName are empty for who may only know the office.
type Person struct {
	Account     int64 // 0 for who may not know
	Name        string
	DisplayName string
	Office      string // "" for none
	Phone       string // the office's
}

// Unnamed is what everybody may know of the person.
func (p Person) Unnamed() Person { return Person{Office: p.Office, Phone: p.Phone} }

// Answer is who answers for a cell at an instant.
type Answer struct {
	// Officer is who works there: the assigned officer, or the substitute of
	// one who is absent; nil for nobody.
	Officer *Person
	// Administrator is who is responsible; nil for nobody.
	Administrator *Person
	// StandsInFor is the absent officer in whose place Officer works.
	StandsInFor *Person
	// Absent says that an officer is assigned and away.
	Absent bool
	// Uncovered says that nobody works as officer, so that the administrator,
	// if there is one, answers.
	Uncovered bool
}

// Public is what everybody may know of the answer: the offices. That somebody
// is away is nobody's business.
func (a Answer) Public() Answer {
	a.Officer, a.Administrator = unnamed(a.Officer), unnamed(a.Administrator)
	a.StandsInFor, a.Absent = nil, false
	return a
}

func unnamed(p *Person) *Person {
	if p == nil {
		return nil
	}
	shown := p.Unnamed()
	return &shown
}

// Post is who is assigned to a cell in one role at an instant, and whether
// they work.
type Post struct {
	Person Person
	// Works says that the account holds the role at the instant and is not
	// shut.
	Works  bool
	Absent bool
	// Substitute is who stands in for an absent officer; nil if nobody is
	// named. SubstituteWorks says that the substitute may, and is not absent.
	Substitute      *Person
	SubstituteWorks bool
}

// Answering decides who answers. A nil post is vacant. Absences concern
// officers: an administrator who is away remains responsible.
func Answering(officer, administrator *Post) Answer {
	var a Answer
	if administrator != nil && administrator.Works {
		a.Administrator = &administrator.Person
	}
	switch {
	case officer == nil || !officer.Works:
	case !officer.Absent:
		a.Officer = &officer.Person
	case officer.Substitute != nil && officer.SubstituteWorks:
		a.Officer, a.StandsInFor, a.Absent = officer.Substitute, &officer.Person, true
	default:
		a.Absent = true
	}
	a.Uncovered = a.Officer == nil
	return a
}

// Missing are the roles in which nobody works.
func (a Answer) Missing() []Role {
	missing := []Role{}
	if a.Officer == nil {
		missing = append(missing, Officer)
	}
	if a.Administrator == nil {
		missing = append(missing, Administrator)
	}
	return missing
}
