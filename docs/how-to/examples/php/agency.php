<?php
// The system of the agency "dishub": php agency.php
// Needs php-amqplib (Debian: php-amqplib; Composer: php-amqplib/php-amqplib).

require 'PhpAmqpLib/autoload.php';

use PhpAmqpLib\Channel\AMQPChannel;
use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Exception\AMQPExceptionInterface;
use PhpAmqpLib\Message\AMQPMessage;

define('AGENCY', getenv('AGENCY') ?: 'dishub');

function say(AMQPChannel $channel, string $verb, array $about, array $data = []): void
{
    $update = [
        'specversion' => '1.0',
        'id' => "{$about['id']}.$verb", // of what it answers: said twice, it counts once
        'source' => '/agencies/' . AGENCY,
        'type' => "complaint.$verb.v1",
        'subject' => $about['subject'],
        'data' => (object) $data,
    ];
    $message = new AMQPMessage(json_encode($update, JSON_THROW_ON_ERROR), [
        'content_type' => 'application/cloudevents+json',
        'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
        'message_id' => $update['id'],
    ]);
    $channel->basic_publish($message, 'complaints.updates', 'agency.' . AGENCY . ".$verb", true);
    $channel->wait_for_pending_acks_returns(30);
}

function handle(AMQPChannel $channel, array $event): void
{
    [, $verb] = explode('.', $event['type']);
    echo "$verb {$event['subject']}\n";
    if ($verb !== 'routed') {
        return; // replied, withdrawn, closed, a reminder, or what nobody knows yet
    }
    say($channel, 'acknowledged', $event);
    // In a real system people decide what comes now. Here they do so at once.
    if ($event['data']['decision']['confidence'] < 0.5) {
        say($channel, 'returned', $event, ['reason' => 'Bukan kewenangan kami.']);
        return;
    }
    say($channel, 'responded', $event, ['note' => 'Petugas kami ke lokasi besok.']);
    if ($event['data']['role'] === 'lead') { // the final answer is the lead's
        say($channel, 'resolved', $event, ['note' => 'Sudah ditangani.']);
    }
}

$url = array_map('urldecode', array_map('strval', parse_url(getenv('PINTU_AMQP_URL'))));
$vhost = substr($url['path'] ?? '/', 1) ?: '/';
while (true) {
    $connection = null;
    try {
        $connection = new AMQPStreamConnection(
            $url['host'], $url['port'], $url['user'], $url['pass'], $vhost
        );
        $channel = $connection->channel();
        $channel->confirm_select();
        $channel->set_nack_handler(fn () => throw new RuntimeException('refused'));
        $channel->set_return_listener(fn () => throw new RuntimeException('no queue took it'));
        $channel->basic_qos(0, 10, false);
        $channel->basic_consume('agency.' . AGENCY, callback: function (AMQPMessage $message): void {
            $event = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
            handle($message->getChannel(), $event);
            $message->ack(); // not before the work is done
        });
        while ($channel->is_consuming()) {
            $channel->wait();
        }
    } catch (AMQPExceptionInterface | RuntimeException $why) {
        fwrite(STDERR, "again in a second: {$why->getMessage()}\n");
        try {
            $connection?->close(); // what was not acknowledged comes again
        } catch (Exception) {
            // it was lost before
        }
        sleep(1);
    }
}
