<?php
// complaint_id and tracking code of an adapter's own ids: php tracking.php SOURCE ID...

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NAMESPACE_URL = '6ba7b8119dad11d180b400c04fd430c8';

function complaint_id(string $source, string $id): string
{
    $hash = sha1(hex2bin(NAMESPACE_URL) . $source . '#' . $id);
    $variant = dechex(hexdec($hash[16]) & 3 | 8);
    $hex = substr($hash, 0, 12) . '5' . substr($hash, 13, 3) . $variant . substr($hash, 17, 15);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split($hex, 4));
}

function tracking(string $complaint): string
{
    $hex = str_replace('-', '', $complaint);
    $number = hexdec(substr($hex, 0, 12) . substr($hex, 13, 3)) >> 5;
    while ($number % 37 > 31) {
        $number = ($number + 1) % (1 << 55);
    }
    $code = '';
    for ($shift = 50; $shift >= 0; $shift -= 5) {
        $code .= DIGITS[$number >> $shift & 31];
    }
    return implode('-', str_split($code . DIGITS[$number % 37], 4));
}

if (realpath($argv[0]) === __FILE__) {
    foreach (array_slice($argv, 2) as $id) {
        $complaint = complaint_id($argv[1], $id);
        echo $complaint, ' ', tracking($complaint), "\n";
    }
}
