namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Hears what is played in each separated stem of a song: strokes in the drums, notes in the bass, phrases and syllables in the voice, and how loud each stem is. The stems come piece by piece, as they
/// are separated; nothing of their sound is kept. Pure: no files, no clock.
/// </summary>
internal sealed class StemEar
{
    private const string Vocals = "vocals";
    private const string Drums = "drums";
    private const string Bass = "bass";
    private const double WorkingRms = 0.1;
    private const double SilentRms = 1e-5;
    private const double LoudRange = 1e-4;
    private const double LoudShare = 0.95;

    private readonly string engine;
    private readonly IReadOnlyList<string> names;
    private readonly StemListener[] stems;
    private long frames;

    /// <summary>Begins with a song.</summary>
    /// <param name="engine">Who separates it.</param>
    /// <param name="names">The stems, in the order in which they come: vocals, drums, bass and others. The first three are listened to closely.</param>
    public StemEar(string engine, IReadOnlyList<string> names)
    {
        (this.engine, this.names) = (engine, names);
        stems = [.. names.Select(name => new StemListener(name is Vocals or Drums or Bass, name == Vocals))];
    }

    /// <summary>Takes the next stretch of the song, which follows on the one before.</summary>
    /// <param name="stem">Which stem: its place among the names.</param>
    /// <param name="left">Left channel at 44.1 kHz. Samples that are not finite count as zero.</param>
    /// <param name="right">Right channel, as long.</param>
    public void Add(int stem, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        stems[stem].Add(left, right);
        frames += stem == 0 ? left.Length : 0;
    }

    /// <summary>Ends the song and says what was heard.</summary>
    public StemFindings Finish()
    {
        foreach (var stem in stems)
        {
            stem.End();
        }

        var song = SongPowers();
        var gain = Gain(song);
        return new(
            engine,
            frames / (2.0 * Level.SampleRate),
            [.. names.Select((name, n) => new StemEnergy(name, Loudness(stems[n].Powers, song)))],
            Find(Drums) is { } drums ? HearDrums(drums, gain) : null,
            Find(Bass) is { } bass ? Part(Strokes.BassNotes(bass.Rows(gain)), bass.Powers.Count) : null,
            Find(Vocals) is { } vocals ? HearVoice(vocals, song, gain) : null);
    }

    private StemListener? Find(string name) => names.Index().Where(stem => stem.Item == name).Select(stem => stems[stem.Index]).FirstOrDefault();

    /// <summary>Power of the song: stems have little in common, so their powers add up.</summary>
    private float[] SongPowers()
    {
        var song = new float[stems.Max(stem => stem.Powers.Count)];
        foreach (var stem in stems)
        {
            for (var n = 0; n < stem.Powers.Count; n++)
            {
                song[n] += stem.Powers[n];
            }
        }

        return song;
    }

    /// <summary>What brings the loud part of the song to the working level, as <see cref="Level"/>; 0 for silence.</summary>
    private static float Gain(float[] song)
    {
        var floor = song.Max() * LoudRange;
        var rms = Math.Sqrt(song.Where(power => power > floor).Select(power => (double)power).DefaultIfEmpty(0).Average());
        return rms < SilentRms ? 0 : (float)(WorkingRms / rms);
    }

    private static float[] Loudness(IReadOnlyList<float> powers, float[] song)
    {
        var top = Math.Max(Smoothing.Quantile(powers, LoudShare), LoudRange * Smoothing.Quantile(song, LoudShare));
        return top <= SilentRms * SilentRms ? new float[powers.Count] : [.. powers.Select(power => (float)Math.Min(1, Math.Pow(power / top, Energy.SoneExponent)))];
    }

    private static StemDrums HearDrums(StemListener drums, float gain)
    {
        var strokes = Strokes.OfDrums(drums.Rows(gain));
        var (hits, count) = (Hits.PickDrums(strokes), drums.Powers.Count);
        return new(
            new(hits.Kick, Curves.Strongest(strokes.Kick, count)), new(hits.Snare, Curves.Strongest(strokes.Snare, count, Hits.StrongAlone(strokes.Snare))), new(hits.Hats, Curves.Strongest(strokes.Hats, count)));
    }

    private static StemVoice HearVoice(StemListener vocals, float[] song, float gain)
    {
        var phrases = StemPhrases.Find(vocals, song);
        var count = vocals.Powers.Count;
        var syllables = Part(Strokes.Syllables(vocals.Rows(gain)), count);
        var sung = new float[count];
        var loudness = Loudness(vocals.Powers, song);
        foreach (var phrase in phrases)
        {
            for (var n = (int)(phrase.StartSeconds * Curves.PerSecond); n < Math.Min(count, phrase.EndSeconds * Curves.PerSecond); n++)
            {
                sung[n] = loudness[n];
            }
        }

        return new(phrases, syllables with { Seconds = [.. syllables.Seconds.Where(time => phrases.Any(phrase => phrase.StartSeconds <= time && time < phrase.EndSeconds))] }, sung);
    }

    private static StemPart Part(float[] strength, int count) => new(Hits.Notes(strength), Curves.Strongest(strength, count));
}
