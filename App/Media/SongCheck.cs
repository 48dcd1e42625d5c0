namespace Downbeat.Media;

/// <summary>A song that plays from beginning to end, with what its one decoding gave.</summary>
/// <param name="Facts">What the file holds; the duration is what was decoded.</param>
/// <param name="Samples">The whole song, mono, at <see cref="SongCheck.RateHz"/>.</param>
/// <param name="Peaks">Its waveform.</param>
internal sealed record CheckedSong(MediaFacts Facts, float[] Samples, Peaks Peaks);

/// <summary>Decides whether a file can be a song, by decoding it fully and once.</summary>
internal sealed class SongCheck(MediaProbe probe, AudioDecoder decoder)
{
    /// <summary>Sample rate of the decoded song.</summary>
    public const int RateHz = 22050;

    /// <summary>Shortest song in seconds: less is a click, not music.</summary>
    public const double MinSeconds = 0.5;

    // 60 dB above full scale: no recording of floats overshoots by as much.
    private const float HighestPeak = 1000;

    /// <summary>
    /// Decodes a song. Refused is what ends before its container says (by byte lengths, or by a length in seconds that is firm), what goes on far beyond that, what the decoder gives up
    /// on, what holds samples that are no numbers or beyond all measure, which no encoder takes, and what holds less than half a second. A damaged spot in the middle of a lossy file is no reason: players skip it and the length stays right.
    /// </summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="maxSeconds">Longest song; no more than one second beyond it is ever decoded.</param>
    /// <param name="stop">Kills the decoder.</param>
    /// <exception cref="StudioProblem">415 <c>media.empty</c>, <c>media.not_supported</c>, <c>song.no_sound</c>; 422 <c>media.undecodable</c>, <c>song.undecodable</c>, <c>song.too_short</c>, <c>song.too_long</c>.</exception>
    /// <exception cref="MediaFailure">A tool is missing.</exception>
    public async Task<CheckedSong> RunAsync(string path, double maxSeconds, CancellationToken stop)
    {
        using var turn = await UploadTurns.WaitAsync(stop).ConfigureAwait(false);
        var kind = MediaSniffer.Identify(path);
        if (kind.IsStill)
        {
            throw NoSound();
        }

        var facts = await probe.ProbeAsync(path, kind, stop).ConfigureAwait(false);
        if (facts.Audio is null)
        {
            throw NoSound();
        }

        if (ContainerEnd.IsCutOff(path, kind))
        {
            throw Undecodable("its end is missing");
        }

        if (ContainerEnd.HidesMost(path, kind))
        {
            throw Undecodable("its header is wrong about the length and tells of less than half of what is there");
        }

        var samples = await DecodeAsync(path, kind, maxSeconds + 1, stop).ConfigureAwait(false);
        var seconds = (double)samples.Length / RateHz;
        Judge(seconds, facts.Audio.ClaimedSeconds, maxSeconds);
        Judge(samples);
        return new(facts with { DurationSeconds = seconds }, samples, Peaks.Of(samples, RateHz));
    }

    /// <summary>The rules that need only numbers.</summary>
    /// <param name="seconds">What was decoded.</param>
    /// <param name="claimedSeconds">What the container promises, when it can be held to it.</param>
    /// <param name="maxSeconds">Longest song.</param>
    /// <exception cref="StudioProblem">422.</exception>
    public static void Judge(double seconds, double? claimedSeconds, double maxSeconds)
    {
        if (seconds > maxSeconds)
        {
            throw new StudioProblem(422, "song.too_long", $"The song is longer than {Spoken(maxSeconds)}. Cut it shorter and upload it again.");
        }

        if (Math.Min(claimedSeconds ?? 0, maxSeconds) is var claimed && seconds < claimed - Math.Max(1, claimed * 0.02))
        {
            throw Undecodable($"only {Spoken(seconds)} of {Spoken(claimedSeconds!.Value)} can be played");
        }

        if (seconds < MinSeconds)
        {
            throw new StudioProblem(422, "song.too_short", "The file holds less than half a second of sound. Upload the whole song.");
        }
    }

    /// <summary>The rules for the samples themselves.</summary>
    /// <param name="samples">The whole song; 1 is full scale.</param>
    /// <exception cref="StudioProblem">422.</exception>
    public static void Judge(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (var sample in samples)
        {
            if (!float.IsFinite(sample))
            {
                throw Undecodable("some of its samples are not numbers");
            }

            peak = Math.Max(peak, Math.Abs(sample));
        }

        if (peak > HighestPeak)
        {
            throw Undecodable($"its peak lies {20 * Math.Log10(peak):0} dB above full scale");
        }
    }

    private async Task<float[]> DecodeAsync(string path, MediaKind kind, double maxSeconds, CancellationToken stop)
    {
        try
        {
            return await decoder.DecodeAsync(path, kind, RateHz, maxSeconds, stop).ConfigureAwait(false);
        }
        catch (MediaFailure failure) when (failure.Reason != MediaFailureReason.ToolMissing)
        {
            throw Undecodable("its sound cannot be decoded to the end");
        }
    }

    private static string Spoken(double seconds) =>
        seconds < 60 ? $"{seconds:0.#} seconds"
        : seconds % 60 < 1 ? $"{seconds / 60:0} minutes"
        : $"{(int)seconds / 60}:{(int)seconds % 60:00} minutes";

    private static StudioProblem NoSound() =>
        new(415, "song.no_sound", "The file holds no sound that Downbeat can read. Upload the song as MP3, WAV, FLAC, OGG, Opus or M4A.");

    private static StudioProblem Undecodable(string why) =>
        new(422, "song.undecodable", $"The song is damaged or not complete: {why}. Export it again, or upload it once more.");
}
