package samples

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// user is a user record; see the field names in the uploads API. There is no e-mail
// address: the shop does not upload one.
type user struct {
	UserID     string         `json:"user_id"`
	CreatedAt  string         `json:"created_at"`
	Name       string         `json:"name"`
	Age        int            `json:"age"`
	City       string         `json:"city"`
	Country    string         `json:"country"`
	GroupID    string         `json:"group_id"`
	Attributes userAttributes `json:"custom_attributes"`

	locale string
}

// userAttributes keep one type each across all users, as the uploads API asks.
type userAttributes struct {
	LoyaltyTier    string   `json:"loyalty_tier"`
	Newsletter     bool     `json:"newsletter"`
	FavouriteAisle string   `json:"favourite_aisle"`
	Diet           []string `json:"diet,omitempty"`
}

// home is a place that shoppers come from, and names that are at home there.
type home struct {
	country, locale       string
	cities, given, family []string
}

var homes = []home{
	{"Japan", "ja-JP", []string{"Kanazawa", "Matsuyama", "Sendai"}, []string{"Chihiro", "Sota", "Nagisa", "Haruto"},
		[]string{"Mizukawa", "Tachihara", "Onodera"}},
	{"United States", "en-US", []string{"Portland", "Tucson", "Buffalo"},
		[]string{"Maribel", "Desmond", "Joanie", "Theo"}, []string{"Castellow", "Abernath", "Whitlock"}},
	{"Germany", "de-DE", []string{"Leipzig", "Freiburg"}, []string{"Annika", "Jorin", "Levke"},
		[]string{"Brackmann", "Hollerbeck", "Sievert"}},
	{"Brazil", "pt-BR", []string{"Curitiba", "Recife"}, []string{"Thaís", "Caio", "Jussara"},
		[]string{"Valverde", "Moreno", "Pitanga"}},
	{"Nigeria", "en-NG", []string{"Ibadan", "Enugu"}, []string{"Temilola", "Chidi", "Amarachi"},
		[]string{"Okonta", "Bamgbose", "Ezeudu"}},
	{"France", "fr-FR", []string{"Nantes", "Grenoble"}, []string{"Maëlle", "Bastien", "Odile"},
		[]string{"Courtois", "Lagardère", "Verdier"}},
	{"India", "en-IN", []string{"Pune", "Kochi"}, []string{"Ishita", "Arvind", "Meenal"},
		[]string{"Deshpal", "Kurien", "Bhaskar"}},
	{"Poland", "pl-PL", []string{"Gdańsk", "Łódź"}, []string{"Zuzanna", "Kacper", "Halina"},
		[]string{"Wilczek", "Sadowska", "Brzoza"}},
	{"Australia", "en-AU", []string{"Hobart", "Geelong"}, []string{"Tahlia", "Angus", "Marnie"},
		[]string{"Fairweather", "Dunmore", "Pascoe"}},
	{"Taiwan", "zh-TW", []string{"Tainan", "Hualien"}, []string{"Yi-Chen", "Po-Han", "Shu-Fen"},
		[]string{"Chiang", "Tseng", "Liao"}},
	{"Morocco", "fr-MA", []string{"Fès", "Agadir"}, []string{"Imane", "Younes", "Zineb"},
		[]string{"Tazi", "Berrada", "Alami"}},
	{"Finland", "fi-FI", []string{"Turku", "Oulu"}, []string{"Aino", "Eero", "Veera"},
		[]string{"Kivelä", "Rantala", "Hakola"}},
	{"Mexico", "es-MX", []string{"Puebla", "Mérida"}, []string{"Ximena", "Joaquín", "Itzel"},
		[]string{"Arriaga", "Solórzano", "Cuevas"}},
	{"Turkey", "tr-TR", []string{"İzmir", "Eskişehir"}, []string{"Defne", "Kerem", "Nehir"},
		[]string{"Aksoylu", "Demirtaş", "Uçar"}},
	{"Kenya", "en-KE", []string{"Kisumu", "Nakuru"}, []string{"Wanjiru", "Otieno", "Makena"},
		[]string{"Kiprop", "Mutiso", "Achieng"}},
	{"United Kingdom", "en-GB", []string{"Sheffield", "Swansea"}, []string{"Imogen", "Callum", "Priya"},
		[]string{"Hartigan", "Llewelyn", "Ashdown"}},
}

func shoppers() []user {
	r := source(peopleStream)
	users := make([]user, 0, UserCount)
	taken := map[string]bool{}
	for len(users) < UserCount {
		u := newUser(r, len(users))
		if taken[u.Name] {
			continue
		}
		taken[u.Name] = true
		users = append(users, u)
	}
	return users
}

func newUser(r *rand.Rand, i int) user {
	from := homes[i%len(homes)]
	return user{
		UserID:    fmt.Sprintf("shopper-%d", 1001+i),
		CreatedAt: shopOpened.Add(time.Duration(r.IntN(700*24*60)) * time.Minute).Format(time.RFC3339),
		Name:      pick(r, from.given) + " " + pick(r, from.family),
		Age:       19 + r.IntN(30) + r.IntN(30),
		City:      pick(r, from.cities),
		Country:   from.country,
		GroupID:   pick(r, []string{"home", "home", "home", "home", "restaurant", "wholesale"}),
		Attributes: userAttributes{
			LoyaltyTier:    pick(r, []string{"indigo", "indigo", "indigo", "vermilion", "vermilion", "gold"}),
			Newsletter:     chance(r, 0.4),
			FavouriteAisle: pick(r, shelves).aisle,
			Diet: pick(r,
				[][]string{nil, nil, nil, {"vegan"}, {"vegetarian"}, {"gluten-free"}, {"vegetarian", "nut-free"}}),
		},
		locale: from.locale,
	}
}
