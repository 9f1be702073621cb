"""Words that tell nothing of which thing it is, that tell only what kind of thing, and that stand
before the name of a place: as people write to an office, in Indonesian."""

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


SAYS_NOTHING: Final = _listed(
    """
    yang yg di ke dari dan atau serta juga ini itu tersebut tsb ada adalah dengan dgn untuk utk
    buat pada oleh karena krn sebab agar supaya bila jika kalau kalo klo bahwa maka lalu lagi lg
    masih msh sudah sdh udah telah belum blm blum akan mau ingin bisa dapat dpt harus perlu
    tidak tdk tak gak ga nggak enggak ngga bukan jangan jgn tanpa saya sy aku kami kita kamu
    anda mereka dia ia nya bapak bpk ibu bu pak mas mbak saudara yth assalamualaikum wr wb ass
    salam selamat pagi siang sore malam mohon mhn tolong tlg dimohon harap minta bantu
    bantuannya bantuan dibantu segera sgr secepatnya cepat terima kasih terimakasih makasih
    trims trimakasih trm ksh tks thx thanks nuwun matur suwun perhatian perhatiannya
    ditindaklanjuti tindaklanjuti tindak lanjut lanjuti ditindak diperbaiki perbaiki perbaikan
    ditangani penanganan diperhatikan dicek pemerintah pemkab pemkot pemda dinas instansi
    terkait pihak petugas warga masyarakat rakyat warganya laporan lapor melaporkan keluhan
    mengeluhkan aduan pengaduan mengadukan informasi info sekali banget sangat amat lebih paling
    semua banyak beberapa sering selalu terus setiap tiap hari minggu bulan tahun thn kemarin
    kmrn besok sekarang skrg skr tadi hingga sampai sampe smp lama sejak selama waktu jam pukul
    juta ribu rb sebuah suatu para hal secara sebagai seperti spt kok sih dong lah kan ya iya
    nih deh tetapi tapi tp namun sehingga akibat akibatnya mengakibatkan menyebabkan membuat
    terjadi terdapat mengganggu bagaimana gimana kapan kenapa mengapa apa apakah siapa dimana
    mana demikian hormat atas demi kondisi keadaan nama alamat lokasi tempat daerah wilayah
    sekitar titik satu dua tiga empat lima pun saja aja sj begitu baru dulu saat ketika kembali
    solusi solusinya wassalam wassalamualaikum alaikum the and foto terlampir lampiran
    sebelumnya kepada kpd dalam dlm antara hanya malah padahal walaupun meski mungkin sama orang
    jawa indonesia provinsi kota kabupaten kab kecamatan kec kelurahan kel desa ds
    """
)
TELLS_KIND: Final = _listed(
    """
    jalan jalannya jln jl lampu mati padam nyala menyala gelap penerangan pju tiang listrik pln
    rusak parah berlubang lubang bolong retak amblas aspal pengaspalan paving trotoar jembatan
    got selokan saluran drainase gorong air banjir genangan tergenang meluap mampet tersumbat
    hujan deras pdam kran bocor keruh bau sampah tps menumpuk tumpukan dibuang membuang
    kebersihan pohon tumbang dahan ranting pangkas parkir liar macet kendaraan mobil motor truk
    lalu lintas rambu pengendara kecelakaan celaka bahaya membahayakan berbahaya jatuh anjing
    kucing sapi kambing nyamuk fogging dbd asap bakar pembakaran bising berisik suara musik
    pasar pedagang kaki pkl bangunan rumah izin ijin proyek galian kabel sekolah guru siswa anak
    puskesmas dokter obat antri antrian rumahsakit rsud kartu ktp kk akta kia bpjs kis bansos
    pkh bpnt bantuan blt dtks mbr pajak sertifikat tanah lahan jukir angkot halte bus taman
    rumput makam sungai kali pipa meteran debu berdebu licin sempit depan samping dekat belakang
    ujung gang gg rt rw blok nomor no raya besar kecil panjang umum tengah pinggir tepi kanan
    kiri arah menuju perumahan perum komplek dusun kampung lingkungan pertigaan perempatan
    simpang lubangnya lampunya airnya
    """
)
NAMES_STREET: Final = _listed("jalan jln jl gang gg lorong lr raya jembatan")
_QUARTERS: Final = _listed(
    "perumahan perum komplek kompleks dusun dsn kampung kp blok griya lingkungan"
)
_LANDMARKS: Final = _listed(
    """
    depan dpn dekat deket samping sebelah belakang blkg seberang simpang pertigaan perempatan
    bundaran masjid mesjid musala mushola gereja pura vihara klenteng pasar puskesmas pustu rsud
    sd sdn mi min smp smpn mts sma sman smk smkn tk paud spbu kantor taman lapangan terminal
    pelabuhan dermaga pantai sungai kali kolong waduk embung tpu makam toko warung bengkel hotel
    gudang pabrik apotek indomaret alfamart bank gapura jembatan
    """
)
NAMES_PLACE: Final = NAMES_STREET | _QUARTERS | _LANDMARKS
"""What comes after one of these is a name, most of the time."""
RELATES: Final = _listed(
    """
    depan dpn dekat deket samping sebelah belakang blkg seberang ujung sepanjang sebelum sesudah
    setelah tepat persis persisnya tepatnya arah menuju kanan kiri tengah pinggir tepi
    """
)
"""What tells a place by another one, and is no name itself."""
_ROMAN: Final = ("i ii iii iv v", "vi vii viii ix x", "xi xii xiii xiv xv")
ROMAN: Final = {word: number for number, word in enumerate(" ".join(_ROMAN).split(), start=1)}
SIDES: Final = {
    side: number
    for number, sides in enumerate(
        ("utara lor", "selatan kidul", "timur wetan", "barat kulon", "tengah", "dalam"), start=1
    )
    for side in sides.split()
}
"""Streets of one name are told apart by these: they stand behind it."""
OF_A_PERSON: Final = _listed(
    """
    ktp ektp kk akta akte kia bpjs kis jkn bansos pkh bpnt blt blsum dtks mbr kks rutilahu
    beasiswa kip pip ijazah lamaran lowongan pekerjaan melamar kerja gaji honor pensiun nik
    domisili sertifikat pajak pbb rekening faskes rujukan dtsen saldo kartu tagihan rusunawa
    ppdb zonasi vaksin perizinan oss nib skck sim retribusi
    """
)
"""What is one person's own affair: neighbours have the same one, each for himself."""
