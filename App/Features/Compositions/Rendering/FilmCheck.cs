using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Whether a finished film is what every phone plays: H.264 up to High profile at the level of its size, 8 bit 4:2:0, a constant frame rate, AAC-LC in stereo at 48 kHz, and the table of contents first.
/// </summary>
internal static class FilmCheck
{
    private const double ToleranceSeconds = 0.001;

    private static readonly string[] Profiles = ["Constrained Baseline", "Baseline", "Main", "High"];

    /// <summary>What is wrong with a film, a few words each; nothing when it is as it should be.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="packets">The file's pictures and sound, timed.</param>
    /// <param name="facts">What it says of itself.</param>
    public static IReadOnlyList<string> Faults(Cut cut, MediaPackets packets, DeliveryFacts facts)
    {
        var level = H264Level.Of(cut);
        var uneven = packets.PictureSeconds.Index().FirstOrDefault(picture => Math.Abs(picture.Item - cut.Rate.SecondsAt(picture.Index)) > ToleranceSeconds, (-1, 0));
        (bool IsFault, FormattableString Words)[] faults =
        [
            (packets.PictureSeconds.Count != cut.Frames, $"{packets.PictureSeconds.Count} of {cut.Frames} frames"),
            (Math.Abs(packets.VideoSeconds - packets.AudioSeconds) >= 1 / cut.Rate.PerSecond, $"{packets.VideoSeconds:0.000} s of picture and {packets.AudioSeconds:0.000} s of sound"),
            (uneven.Index >= 0, $"frame {uneven.Index} at {uneven.Item:0.0000} s and not at {cut.Rate.SecondsAt(Math.Max(0, uneven.Index)):0.0000} s"),
            (facts.VideoCodec != "h264" || !Profiles.Contains(facts.VideoProfile), $"pictures in {facts.VideoCodec} {facts.VideoProfile}, not in H.264 up to High"),
            (facts.VideoLevel == 0 || facts.VideoLevel > level.Number, $"level {H264Level.NameOf(facts.VideoLevel)}, not {level.Name}"),
            (facts.PixelFormat != "yuv420p", $"pixels in {facts.PixelFormat}, not in yuv420p"),
            ((facts.Width, facts.Height) != (cut.Width, cut.Height), $"{facts.Width} × {facts.Height} pixels, not {cut.Width} × {cut.Height}"),
            (facts.AudioCodec != "aac" || facts.AudioProfile != "LC", $"sound in {facts.AudioCodec} {facts.AudioProfile}, not in AAC-LC"),
            ((facts.SampleRateHz, facts.Channels) != (SoundGraph.SampleRateHz, 2), $"{facts.Channels} channels of {facts.SampleRateHz} Hz, not 2 of {SoundGraph.SampleRateHz}"),
            (!facts.IsIndexFirst, $"its table of contents behind the media"),
        ];
        return [.. faults.Where(fault => fault.IsFault).Select(fault => FormattableString.Invariant(fault.Words))];
    }

    /// <summary>Refuses a film that is not as it should be.</summary>
    /// <inheritdoc cref="Faults"/>
    /// <exception cref="MediaFailure">It is not; the message says in what.</exception>
    public static void Require(Cut cut, MediaPackets packets, DeliveryFacts facts)
    {
        if (Faults(cut, packets, facts) is { Count: > 0 } faults)
        {
            throw new MediaFailure(MediaFailureReason.WrongOutput, $"The finished film is not what was planned: it has {string.Join("; ", faults)}.");
        }
    }

    /// <summary>What was found, as a sentence for the log.</summary>
    /// <param name="facts">What a film says of itself.</param>
    /// <param name="videoKbps">Rate of its pictures, kilobits a second.</param>
    public static string Describe(DeliveryFacts facts, double videoKbps) => FormattableString.Invariant(
        $"Checked: H.264 {facts.VideoProfile} at level {H264Level.NameOf(facts.VideoLevel)}, {facts.Width} × {facts.Height}, {facts.FrameRate?.Value:0.###} frames a second throughout, 8 bit 4:2:0, {videoKbps:0} kbit/s; AAC-LC, 48 kHz, stereo; plays while it loads.");
}
