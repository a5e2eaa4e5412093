package samples

var soySauce = shelf{
	code: "SOY", aisle: "Pantry", name: "Soy Sauce", tag: "soy-sauce",
	use:  "Season at the table, or let a spoonful caramelise at the edge of the pan.",
	days: 540, storage: "Refrigerate after opening", mayContain: []string{"soy", "wheat"},
	pairs: []string{"sashimi", "tofu", "grilled fish"}, makers: []maker{oldFerry, nineHerons, kogarashi},
	keywords: []string{"soy sauce", "tamari", "shoyu gluten free", "ponzu", "barrel aged soy"},
	goods: []good{
		{"Barrel-Aged Koikuchi Soy Sauce", "樽仕込み濃口醤油", "500 ml", 980, "dark aged"},
		{"Usukuchi Light Soy Sauce", "淡口醤油", "500 ml", 760, "light cooking"},
		{"Three-Year Tamari", "三年たまり", "300 ml", 1480, "aged wheat-free"},
		{"White Soy Sauce", "白醤油", "360 ml", 880, "light delicate"},
		{"Twice-Brewed Saishikomi", "再仕込み醤油", "300 ml", 1320, "rich aged"},
		{"Smoked Cherrywood Soy Sauce", "桜燻製醤油", "150 ml", 1150, "smoked"},
		{"Dashi Soy Sauce", "だし醤油", "500 ml", 720, "everyday cooking"},
		{"Yuzu Ponzu", "柚子ぽん酢", "360 ml", 840, "citrus dressing"},
		{"Sudachi Ponzu", "すだちぽん酢", "360 ml", 860, "citrus dressing"},
		{"Soy Sauce Salt Flakes", "醤油フレーク塩", "60 g", 690, "finishing"},
	},
}

var miso = shelf{
	code: "MIS", aisle: "Pantry", name: "Miso", tag: "miso",
	use:  "Stir into soup off the heat, or spread under the grill.",
	days: 300, storage: "Keep refrigerated", mayContain: []string{"soy"},
	pairs: []string{"aubergine", "pork", "root vegetables"}, makers: []maker{kogarashi, nineHerons},
	keywords: []string{"miso paste", "white miso", "hatcho", "miso soup", "barley miso"},
	goods: []good{
		{"Sweet White Miso", "西京風白味噌", "300 g", 680, "white sweet"},
		{"Mountain Village Red Miso", "山里の赤味噌", "500 g", 790, "red everyday"},
		{"Two-Year Bean Miso", "二年豆味噌", "400 g", 1180, "dark aged"},
		{"Island Barley Miso", "島の麦味噌", "500 g", 820, "barley"},
		{"Rough-Ground Country Miso", "粗挽き田舎味噌", "750 g", 980, "chunky"},
		{"Genmai Brown Rice Miso", "玄米味噌", "500 g", 890, "brown-rice"},
		{"Yuzu Dengaku Miso", "柚子田楽味噌", "150 g", 560, "glaze citrus"},
		{"Sansho Nut Miso", "山椒ナッツ味噌", "120 g", 740, "spread spicy"},
		{"Koji Starter for Home Brewing", "手作り味噌用米麹", "500 g", 930, "koji diy"},
		{"Instant Miso Soup, Clam", "即席味噌汁 しじみ", "10 servings", 650, "instant"},
	},
}

var dashi = shelf{
	code: "DAS", aisle: "Pantry", name: "Dashi", tag: "dashi",
	use:  "The base of soup, simmered dishes and everything that wants depth.",
	days: 365, storage: "Keep dry and dark", mayContain: []string{"fish"},
	pairs: []string{"noodles", "egg custard", "hot pot"}, makers: []maker{tidePillar, amayadori},
	keywords: []string{"dashi packets", "katsuobushi", "bonito flakes", "kombu", "vegan dashi"},
	goods: []good{
		{"Rishiri-Style Kombu", "利尻風昆布", "100 g", 1640, "kombu vegan"},
		{"Everyday Kombu Strips", "だし昆布", "150 g", 880, "kombu vegan"},
		{"Thick-Shaved Bonito", "厚削り鰹節", "80 g", 920, "katsuobushi"},
		{"Feather Bonito Flakes", "花かつお", "50 g", 640, "katsuobushi"},
		{"Whole Bonito Block", "鰹本枯節", "1 piece", 3200, "katsuobushi whole"},
		{"Dried Baby Sardines", "煮干し", "120 g", 580, "niboshi"},
		{"Dashi Packets, Seven Kinds", "七種のだしパック", "20 bags", 1280, "instant"},
		{"Shiitake Dashi Powder", "椎茸だし粉末", "70 g", 760, "vegan powder"},
		{"Flying Fish Dashi", "あごだし", "15 bags", 1380, "ago"},
		{"Concentrated Noodle Broth", "濃縮めんつゆ", "400 ml", 620, "mentsuyu"},
	},
}

var rice = shelf{
	code: "RIC", aisle: "Pantry", name: "Rice and Grains", tag: "rice",
	use:  "Rinse until the water is nearly clear, soak for half an hour, then cook.",
	days: 240, storage: "Cool and dry", pairs: []string{"pickles", "nori", "grilled fish"},
	makers:   []maker{winterGate, yonaga},
	keywords: []string{"short grain rice", "koshihikari", "mochi rice", "brown rice", "sushi rice"},
	goods: []good{
		{"Terraced-Field Koshihikari", "棚田コシヒカリ", "2 kg", 2180, "white short-grain"},
		{"Snow-Aged Rice", "雪室米", "2 kg", 2480, "white short-grain"},
		{"Germinated Brown Rice", "発芽玄米", "1 kg", 1260, "brown"},
		{"Mochi Rice", "もち米", "1 kg", 1080, "sticky"},
		{"Sixteen-Grain Blend", "十六穀ブレンド", "300 g", 840, "mixed"},
		{"Black Rice", "黒米", "250 g", 690, "heirloom"},
		{"Sushi Rice", "寿司用米", "1 kg", 1150, "white short-grain"},
		{"Rolled Barley", "押し麦", "500 g", 480, "barley"},
		{"Roasted Buckwheat Groats", "そばの実", "300 g", 560, "buckwheat"},
		{"Green Tea Rice Porridge", "茶がゆセット", "4 servings", 780, "instant"},
	},
}

var noodles = shelf{
	code: "NOO", aisle: "Pantry", name: "Noodles", tag: "noodles",
	use:  "Boil in plenty of water, rinse in cold, and serve in broth or with a dip.",
	days: 365, storage: "Keep dry", mayContain: []string{"wheat"},
	pairs: []string{"mentsuyu", "tempura", "spring onion"}, makers: []maker{oldFerry, yonaga, kogarashi},
	keywords: []string{"soba", "udon", "somen", "ramen noodles", "buckwheat noodles"},
	goods: []good{
		{"Stone-Milled Soba", "石臼挽きそば", "240 g", 520, "soba"},
		{"All-Buckwheat Soba", "十割そば", "200 g", 780, "soba"},
		{"Hand-Pulled Udon", "手延べうどん", "300 g", 560, "udon"},
		{"Flat Kishimen", "きしめん", "300 g", 490, "udon flat"},
		{"Three-Year Somen", "三年ひねそうめん", "250 g", 860, "somen thin"},
		{"Plum Somen", "梅そうめん", "200 g", 620, "somen thin"},
		{"Green Tea Soba", "茶そば", "200 g", 590, "soba tea"},
		{"Hiyamugi", "ひやむぎ", "300 g", 450, "thin"},
		{"Miso Ramen Kit", "味噌ラーメンセット", "2 servings", 880, "ramen kit"},
		{"Mung Bean Harusame", "緑豆春雨", "100 g", 320, "glass"},
	},
}

var vinegar = shelf{
	code: "VIN", aisle: "Pantry", name: "Vinegar and Mirin", tag: "vinegar",
	use:  "For dressing, for sushi rice, and for the shine on a glaze.",
	days: 720, storage: "Cool and dark", pairs: []string{"cucumber", "sushi rice", "salmon"},
	makers:   []maker{amayadori, littleGorge},
	keywords: []string{"rice vinegar", "mirin", "cooking sake", "sushi vinegar", "black vinegar"},
	goods: []good{
		{"Jar-Fermented Black Vinegar", "壺仕込み黒酢", "360 ml", 1580, "aged"},
		{"Pure Rice Vinegar", "純米酢", "500 ml", 640, "everyday"},
		{"Red Lees Vinegar", "赤酢", "360 ml", 1120, "sushi"},
		{"Seasoned Sushi Vinegar", "すし酢", "360 ml", 560, "sushi"},
		{"Plum Vinegar", "梅酢", "200 ml", 580, "plum salty"},
		{"Persimmon Vinegar", "柿酢", "300 ml", 1240, "fruit"},
		{"Three-Year Hon-Mirin", "三年熟成本みりん", "500 ml", 1680, "mirin aged"},
		{"Everyday Hon-Mirin", "本みりん", "500 ml", 780, "mirin"},
		{"Cooking Sake", "料理酒", "720 ml", 690, "sake"},
		{"Yuzu Juice", "柚子果汁", "150 ml", 920, "citrus"},
	},
}

var spices = shelf{
	code: "SPI", aisle: "Pantry", name: "Spices and Seasonings", tag: "seasoning",
	use:  "A pinch at the end, over noodles, rice or something from the grill.",
	days: 365, storage: "Airtight", pairs: []string{"yakitori", "udon", "hot pot"},
	makers:   []maker{littleGorge, kogarashi, amayadori},
	keywords: []string{"shichimi", "furikake", "yuzu kosho", "sansho pepper", "wasabi"},
	goods: []good{
		{"Seven-Spice Shichimi", "七味唐辛子", "20 g", 480, "hot"},
		{"Green Yuzu Kosho", "青柚子胡椒", "60 g", 680, "hot citrus"},
		{"Red Yuzu Kosho", "赤柚子胡椒", "60 g", 680, "hot citrus"},
		{"Ground Sansho Pepper", "粉山椒", "10 g", 760, "numbing"},
		{"Grated Wasabi", "本わさび", "40 g", 590, "hot"},
		{"Sesame Salt", "ごま塩", "60 g", 340, "sesame"},
		{"Salmon Furikake", "鮭ふりかけ", "40 g", 420, "rice-topping"},
		{"Shiso Furikake", "赤しそふりかけ", "40 g", 390, "rice-topping vegan"},
		{"Chili Oil with Crisp Garlic", "食べるラー油", "110 g", 640, "hot oil"},
		{"Moon Sea Salt", "月の海塩", "150 g", 540, "salt"},
	},
}

var oils = shelf{
	code: "OIL", aisle: "Pantry", name: "Oils and Sesame", tag: "oil",
	use:  "Finish a dish with a few drops, or toast the seeds again before grinding.",
	days: 420, storage: "Cool and dark", mayContain: []string{"sesame"},
	pairs: []string{"spinach", "soba", "tofu"}, makers: []maker{nineHerons, littleGorge},
	keywords: []string{"sesame oil", "tahini", "goma dressing", "perilla oil", "sesame seeds"},
	goods: []good{
		{"Dark Roasted Sesame Oil", "焙煎ごま油", "300 ml", 880, "sesame"},
		{"Cold-Pressed Sesame Oil", "太白風ごま油", "300 ml", 940, "sesame light"},
		{"Perilla Oil", "えごま油", "110 g", 1280, "omega-3"},
		{"Rice Bran Oil", "米油", "600 ml", 780, "frying"},
		{"Camellia Oil", "食用椿油", "100 ml", 1980, "gift"},
		{"White Sesame Paste", "白ねりごま", "180 g", 720, "sesame paste"},
		{"Black Sesame Paste", "黒ねりごま", "180 g", 760, "sesame paste"},
		{"Toasted White Sesame", "いり白ごま", "120 g", 360, "sesame seeds"},
		{"Toasted Golden Sesame", "いり金ごま", "100 g", 540, "sesame seeds"},
		{"Sesame Dressing", "ごまドレッシング", "250 ml", 520, "dressing"},
	},
}

var seaweed = shelf{
	code: "SEA", aisle: "Pantry", name: "Seaweed and Dried Goods", tag: "dried",
	use:  "Soak, drain, and it is back to several times its size.",
	days: 365, storage: "Keep dry", pairs: []string{"cucumber", "miso soup", "rice balls"},
	makers:   []maker{tidePillar, amayadori},
	keywords: []string{"nori sheets", "wakame", "hijiki", "dried shiitake", "koya tofu"},
	goods: []good{
		{"Toasted Nori, First Harvest", "初摘み焼き海苔", "10 sheets", 980, "nori"},
		{"Seasoned Nori Strips", "味付け海苔", "80 strips", 560, "nori"},
		{"Aonori Flakes", "青のり", "10 g", 420, "nori topping"},
		{"Cut Wakame", "カットわかめ", "40 g", 380, "wakame"},
		{"Salted Fresh Wakame", "塩蔵わかめ", "150 g", 540, "wakame"},
		{"Long Hijiki", "長ひじき", "40 g", 460, "hijiki"},
		{"Donko Shiitake", "どんこ椎茸", "60 g", 1180, "mushroom"},
		{"Sliced Shiitake", "椎茸スライス", "40 g", 620, "mushroom"},
		{"Freeze-Dried Tofu", "高野豆腐", "6 pieces", 340, "tofu"},
		{"Shredded Daikon", "切り干し大根", "80 g", 290, "daikon"},
	},
}
