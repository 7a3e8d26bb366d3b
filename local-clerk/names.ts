/** Given and family names that are common in some countries, in the script used there. */
interface Names {
  countries: string[]
  /** Separated by spaces, or by `|` when a name has spaces. */
  first: string
  last: string
  /** The family name comes first. */
  familyFirst?: boolean
}

const cultures: Names[] = [
  {
    countries: ['US', 'CA', 'GB', 'AU', 'NZ', 'IE'],
    first: 'Olivia Noah Amelia Jack Grace Ethan Chloe Mason Ruby Logan Hazel Owen Maya Caleb',
    last: 'Smith Walker Hughes Bennett Cooper Murphy Clarke Foster Brooks Hayes Reid Doyle',
  },
  {
    countries: ['DE', 'AT', 'CH'],
    first: 'Emma Jonas Hannah Finn Lina Felix Marie Lukas Clara Moritz Greta Niklas',
    last: 'Müller Schneider Weber Fischer Hoffmann Koch Schäfer Wolf Krüger Lang Vogel Köhler',
  },
  {
    countries: ['FR', 'BE', 'LU'],
    first: 'Léa Hugo Chloé Louis Manon Jules Inès Gabriel Zoé Raphaël Élise Théo',
    last: 'Dubois Lefèvre Moreau Girard Fournier Mercier Bonnet Rousseau Lambert Chevalier',
  },
  {
    countries: ['ES', 'MX', 'AR', 'CO', 'CL', 'PE'],
    first: 'Lucía Mateo Sofía Diego Valentina Javier Camila Andrés Martina Nicolás Elena Joaquín',
    last: 'García Rodríguez Martínez Fernández Torres Ramírez Núñez Castillo Herrera Vargas Ibáñez Peña',
  },
  {
    countries: ['BR', 'PT', 'AO'],
    first: 'Ana João Beatriz Pedro Larissa Tiago Mariana Rafael Inês Gustavo Letícia Bruno',
    last: 'Silva Santos Oliveira Pereira Costa Almeida Ferreira Ribeiro Carvalho Gonçalves Araújo',
  },
  {
    countries: ['IT'],
    first: 'Giulia Lorenzo Sofia Matteo Chiara Andrea Martina Davide Elisa Marco',
    last: 'Rossi Bianchi Ferrari Esposito Romano Colombo Ricci Marino Greco Conti',
  },
  {
    countries: ['NL'],
    first: 'Sanne Daan Lotte Bram Femke Sven Noor Thijs Fleur Ruben',
    last: 'de Jong|Bakker|van Dijk|Visser|Smit|Meijer|Mulder|de Groot|Bos|Dekker',
  },
  {
    countries: ['SE', 'NO', 'DK', 'FI', 'IS'],
    first: 'Astrid Erik Freja Lars Ingrid Oskar Saga Mikkel Aino Sindre Linnéa Axel',
    last: 'Johansson Nilsen Jensen Lindqvist Korhonen Bergström Sørensen Hansen Dahl Virtanen Holm',
  },
  {
    countries: ['PL'],
    first: 'Zuzanna Jakub Julia Szymon Maja Kacper Oliwia Michał',
    last: 'Nowak Wójcik Kowalczyk Zieliński Lewandowska Dąbrowski Szymański Kamińska',
  },
  {
    countries: ['CZ', 'SK'],
    first: 'Tereza Jan Eliška Tomáš Adéla Vojtěch Barbora Ondřej',
    last: 'Novák Svobodová Dvořák Černá Procházka Kučerová Veselý Horáková',
  },
  {
    countries: ['GR', 'CY'],
    first: 'Μαρία Γιώργος Ελένη Νίκος Σοφία Δημήτρης',
    last: 'Παπαδοπούλου Νικολάου Γεωργίου Βλάχος Οικονόμου',
  },
  {
    countries: ['RU', 'KZ'],
    first: 'Анна Иван Мария Дмитрий Екатерина Алексей Ольга Никита',
    last: 'Соколов Кузнецова Попов Морозова Волков Лебедева Орлов',
  },
  {
    countries: ['UA'],
    first: 'Олена Тарас Софія Богдан Марія Андрій',
    last: 'Шевченко Коваленко Бондар Ткачук Мельник Кравець',
  },
  {
    countries: ['TR'],
    first: 'Zeynep Emre Elif Mert Defne Kerem Ayşe Burak',
    last: 'Yılmaz Kaya Demir Şahin Çelik Yıldız Aydın Öztürk',
  },
  {
    countries: ['EG', 'MA', 'SA', 'JO', 'TN'],
    first: 'فاطمة أحمد ليلى يوسف نور عمر مريم خالد',
    last: 'حسن الخطيب منصور النجار سليمان العلي',
  },
  {
    countries: ['IR'],
    first: 'سارا علی مریم رضا نازنین حسین',
    last: 'احمدی کریمی رضایی حسینی مرادی',
  },
  {
    countries: ['IL'],
    first: 'נועה דוד תמר יונתן מאיה איתן',
    last: 'כהן לוי מזרחי פרידמן ביטון',
  },
  {
    countries: ['IN', 'LK', 'NP'],
    first: 'Aarav Diya Vihaan Ananya Arjun Isha Rohan Kavya Aditya Meera Nikhil Priya',
    last: 'Sharma Patel Reddy Iyer Singh Gupta Nair Banerjee Rao Mehta Joshi Das',
  },
  {
    countries: ['PK', 'BD'],
    first: 'Ayesha Hamza Fatima Bilal Zara Imran Nadia Tariq',
    last: 'Khan Ahmed Hussain Chowdhury Rahman Malik Siddiqui Akhtar',
  },
  {
    countries: ['NG', 'GH'],
    first: 'Adaeze Chidi Ngozi Emeka Amara Tunde Folake Kwame Abena Kofi',
    last: 'Okafor Adeyemi Eze Balogun Nwosu Mensah Boateng Okonkwo Asante',
  },
  {
    countries: ['KE', 'TZ', 'UG', 'ZA'],
    first: 'Wanjiru Otieno Neema Juma Thandi Sipho Zanele Kamau Amina Lerato',
    last: 'Mwangi Odhiambo Mushi Dlamini Nkosi Njoroge Mokoena Wekesa',
  },
  {
    countries: ['ID', 'MY'],
    first: 'Putri Budi Siti Agus Dewi Rizky Ayu Hendra',
    last: 'Santoso Wijaya Lestari Pratama Saputra Hidayat Rahmawati',
  },
  {
    countries: ['PH'],
    first: 'Maria Jose Angela Miguel Kristine Paolo Jasmine Carlo',
    last: 'Reyes Santos Cruz Bautista Mendoza Aquino Villanueva',
  },
  {
    countries: ['VN'],
    first: 'Linh Minh Lan Tuấn Hương Đức Mai Huy',
    last: 'Nguyễn Trần Lê Phạm Hoàng Vũ Đặng',
    familyFirst: true,
  },
  {
    countries: ['JP'],
    first: '結衣 蓮 葵 大翔 さくら 悠真 陽菜 健太',
    last: '佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村',
    familyFirst: true,
  },
  {
    countries: ['KR'],
    first: '서연 민준 지우 도윤 하은 시우 수아 예준',
    last: '김 이 박 최 정 강 조',
    familyFirst: true,
  },
  {
    countries: ['CN', 'TW', 'SG'],
    first: '芳 伟 静 磊 婷 浩 雪 明',
    last: '王 李 张 刘 陈 杨 黄',
    familyFirst: true,
  },
  {
    countries: ['TH'],
    first: 'สมชาย สุดา อนันต์ มาลี กิตติ พิมพ์',
    last: 'ศรีสุข ใจดี ทองดี รักไทย บุญมา',
  },
  {
    countries: ['ET'],
    first: 'Selam Dawit Hanna Yonas Meron Bereket',
    last: 'Tesfaye Bekele Alemu Girma Haile',
  },
]

const split = (names: string) => names.includes('|') ? names.split('|') : names.split(' ')
const byCountry = new Map(cultures.flatMap(({ countries, first, last, familyFirst = false }) => {
  const names = { first: split(first), last: split(last), familyFirst }
  return countries.map(country => [country, names] as const)
}))

/** The countries with names, as ISO 3166-1 alpha-2 codes. */
export const namedCountries = [...byCountry.keys()]

/** Typical names in one of these countries. */
export const namesOf = (country: string) => byCountry.get(country)!
