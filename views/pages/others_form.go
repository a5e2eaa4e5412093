package pages

// OthersForm is the answer to a form that somebody else has filled in than who is signed in now.
type OthersForm struct {
	Base
	// Back is the address of the page that the form was on.
	Back string
	// Next is where whoever has filled it in signs in, and gets it back.
	Next string
}
