// complaint_id and tracking code of an adapter's own ids: java Tracking.java SOURCE ID...
// Java 11 or newer; on the command line, ids beyond ASCII need a locale of UTF-8.
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

public class Tracking {
    static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static final UUID NAMESPACE_URL = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    static UUID complaintId(String source, String id) throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(ByteBuffer.allocate(16)
            .putLong(NAMESPACE_URL.getMostSignificantBits())
            .putLong(NAMESPACE_URL.getLeastSignificantBits())
            .array());
        byte[] name = (source + "#" + id).getBytes(StandardCharsets.UTF_8);
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name));
        long high = hash.getLong() & ~0xF000L | 0x5000L;
        long low = hash.getLong() & ~0xC000000000000000L | 0x8000000000000000L;
        return new UUID(high, low);
    }

    static String tracking(UUID complaint) {
        long high = complaint.getMostSignificantBits();
        long number = (high >>> 16 << 12 | high & 0xFFF) >>> 5;
        while (number % 37 > 31) {
            number = (number + 1) % (1L << 55);
        }
        StringBuilder code = new StringBuilder();
        for (int shift = 50; shift >= 0; shift -= 5) {
            code.append(DIGITS.charAt((int) (number >> shift & 31)));
        }
        code.append(DIGITS.charAt((int) (number % 37)));
        return code.insert(8, '-').insert(4, '-').toString();
    }

    public static void main(String[] arguments) throws Exception {
        for (int i = 1; i < arguments.length; i++) {
            UUID complaint = complaintId(arguments[0], arguments[i]);
            System.out.println(complaint + " " + tracking(complaint));
        }
    }
}
