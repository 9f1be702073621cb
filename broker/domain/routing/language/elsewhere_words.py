"""The words by which `elsewhere` tells where a matter is from where a name only comes up.

Words stand as people write them; all tables of it are here and only here.
"""

from broker.domain.routing.language.text import words

SHORT = {"kab": "kabupaten", "kec": "kecamatan", "prov": "provinsi", "kel": "kelurahan"}
GLUED = ("di", "ke")
LEVELS = frozenset(words("kota kabupaten kecamatan provinsi kelurahan desa administrasi"))
THERE = LEVELS | frozenset(words("di wilayah daerah lokasi lokasinya tkp"))
TOWARDS = frozenset(
    words(
        """ke dari menuju arah tujuan jurusan plat pelat nopol asal khas suku bahasa logat merek
        merk model gaya adat"""
    )
)
ONLY_THERE = frozenset(
    words(
        """bukan kuliah kuliahnya kerja bekerja kerjanya merantau mondok magang lahir kelahiran
        dirawat berobat dirujuk rujuk rujukan jauh pindah pindahan berasal belanja beli kirim
        kiriman dikirim pesan pesanan liburan mudik dulu waktu ketika sewaktu pernah ijazah lulusan
        alumni nikah menikah cerai meninggal wafat formasi lowongan loker pelaku pelakunya penipu
        penipunya rekening lomba kejuaraan pertandingan turnamen"""
    )
)
COMPARED = frozenset(
    words(
        """seperti kayak kaya macam mirip beda sama dengan dgn dibanding dibandingkan daripada
        kalau kalo klo layaknya contoh contohnya mencontoh tiru meniru padahal
        cuma hanya"""
    )
)
CARRIED = frozenset(
    words(
        """tiket pesawat penerbangan bus bis travel kapal kereta rute trayek ongkos ongkir tol truk
        mobil motor plat pempek soto sate nasi warung beras telur bibit nelayan"""
    )
)
FROM = frozenset(
    words(
        """orang wong anak mahasiswa wisatawan turis pengunjung pendatang perantau tamu rombongan
        keluarga saudara teman pengusaha pedagang investor perusahaan nomor"""
    )
)
PAPERS = frozenset(words("ktp kk nik domisili"))
KIN = frozenset(
    words(
        """suami istri anak adik kakak abang paman bibi om tante nenek kakek ortu saudara mertua
        keponakan cucu teman pacar"""
    )
)
PARENTS = frozenset(words("ibu bapak ayah mamak"))  # kin only with "saya": "pak, di Koba …"
ME = frozenset(words("saya sy aku gue gua ku beliau dia suami istri"))
VISITS = frozenset(words("liburan berlibur wisatawan turis pendatang perantau berkunjung mudik"))
INHABITANTS = "warga"
ROADS = frozenset(words("jalan jl jln jalannya gang gg lorong lr poros ruas"))
NO_NAME = frozenset(words("raya lintas poros provinsi nasional kabupaten desa utama"))
HEADS = frozenset(
    words(
        """pemkot pemkab pemda pemprov bupati walikota gubernur pdam pam perumda dishub dlh dpupr
        disdik dinkes satpol pp damkar polres polsek polresta polrestabes camat lurah kelurahan
        desa dusun kampung puskesmas rsud terminal stasiun samsat pasar alun taman perumahan perum
        komplek kompleks cluster simpang perempatan pertigaan bundaran flyover underpass jembatan
        sungai kali bantaran sd smp sma smk sdn smpn sman smkn rt rw blok no nomor km"""
    )
)
LOOSE = frozenset(
    words("perumahan perum komplek kompleks cluster apartemen pasar pdam sdn smpn sman smkn")
)
"""What people give any name: "perumahan Taman Wisata", "SDN Rawa Buntu"."""
NUMBERS = frozenset(words("tiga empat lima barat timur utara selatan tengah raya baru lama"))
BREAKS = frozenset(
    words(
        """yang yg itu ini ada mau sudah udah dan atau saya kami kita dia mereka untuk buat dari ke
        pada oleh dengan karena krn agar tidak tdk bukan juga sangat sekali lagi masih akan bisa
        tolong mohon minta orang warga anak punya sama seperti kayak milik para si pak bu gudang
        kantor cabang toko hotel bandara rs"""
    )
)
JOINED = frozenset({"dan", "atau", "serta"})
OF_OTHERS = frozenset(words("punya saja aja sudah udah bisa pun sama kok malah lebih"))
BETTER = frozenset(words("lebih saja aja bisa lancar gratis enak"))
