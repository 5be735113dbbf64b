"""Invented names of people: put together from lists, so that nobody in particular is meant."""

from random import Random


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = words(
    "Abdul Aris Bakri Basri Daud Darwis Fadli Faisal Farhan Firman Hamid Haris Hasan Hendra Herman Idris "
    "Ilham Imran Irfan Jamal Kamil Lukman Mansur Mukhlis Nasir Nurdin Rahmat Ridwan Rizal Rusdi Sabri "
    "Salman Samsul Syahrul Taufik Usman Wahyu Yunus Yusran Zainal Agus Bambang Budi Dedi Eko Gunawan Made "
    "Nyoman Petrus Yohanis"
)
WOMEN = words(
    "Aisyah Amelia Andini Anisa Asmawati Citra Dahlia Darmawati Desi Dewi Erna Fatimah Fitri Hasnah Hesti "
    "Ida Indah Irma Jumriah Kartika Lestari Lina Marlina Maya Mirna Murni Nadia Ningsih Novi Nurhayati "
    "Nurul Rahayu Ratna Rina Rosmini Salma Sari Siti Sri Suryani Wahyuni Yanti Yuliana Zahra Ayu Kadek "
    "Maria Yosefina"
)
SECOND = words(
    "Alamsyah Amin Arifin Asri Aziz Badrun Effendi Firdaus Halim Hamzah Hidayat Ibrahim Ismail Jafar "
    "Kurniawan Latif Mahmud Malik Maulana Muchtar Mustafa Nasrullah Nugroho Pratama Purnama Putra Rahim "
    "Ramadhan Rauf Saleh Santoso Saputra Setiawan Sulaiman Syamsuddin Tamrin Umar Utomo Wibowo Wijaya "
    "Yusuf Zakaria"
)
SECOND_OF_WOMEN = words(
    "Alwi Amalia Aminah Anggraini Astuti Azzahra Damayanti Fadilah Handayani Harahap Hasanah Hidayah "
    "Kusuma Lestari Maharani Mulyani Mustika Ningrum Oktaviani Permata Pertiwi Puspita Putri Rahmawati "
    "Ramadhani Safitri Salsabila Sartika Septiani Setyawati Utami Wahyuningsih Wulandari Yulianti "
    "Zubaidah"
)
TITLES = {
    "guru": ("S.Pd.", "S.Pd.", "S.Pd., M.Pd.", "S.Pd.I.", ""),
    "kesehatan": ("A.Md.Kep.", "S.Kep., Ns.", "A.Md.Keb.", "S.K.M.", "S.Farm., Apt.", ""),
    "umum": ("S.Sos.", "S.E.", "S.H.", "S.IP., M.Si.", "S.T.", "A.Md.", "S.Kom.", "", "", ""),
}
SHORT = 0.8
OF_MIDWIVES = "A.Md.Keb."
# Names of well-known people are given to nobody.
AVOIDED = frozenset({"Agus Pratama", "Siti Hasanah", "Sri Mulyani", "Budi Santoso", "Suharto"})


def invent_name(rng: Random, *, woman: bool, field: str) -> str:
    """Return a name with the titles usual in a field of work: guru, kesehatan or umum."""
    while True:
        first = rng.choice(WOMEN if woman else MEN)
        second = rng.choice(SECOND_OF_WOMEN if woman else SECOND)
        name = f"{first} {second}" if rng.random() < SHORT else f"{first} {rng.choice(SECOND)} {second}"
        if first != second and not any(avoided in name for avoided in AVOIDED):
            break
    title = rng.choice([title for title in TITLES[field] if woman or title != OF_MIDWIVES])
    return f"{name}, {title}" if title else name
