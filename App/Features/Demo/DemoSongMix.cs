namespace Downbeat.Features.Demo;

/// <summary>The band and the mixing desk: plays every note into its bus, ducks the harmony under the kick, adds space, and brings the sum to its level.</summary>
internal static class DemoSongMix
{
    private const float PeakLevel = 0.891f;
    private const float Drive = 0.68f;
    private const float DuckSeconds = 0.36f;
    private const float EndFadeSeconds = 2.5f;
    private const float RoomSendHertz = 220;
    private const float RumbleHertz = 26;
    private const float AirHertz = 3_500;
    private const float AirGain = 0.45f;

    /// <summary>Plays <paramref name="notes"/> into a song of <paramref name="lengthSamples"/> samples, peak at -1 dBFS.</summary>
    public static DemoSongBus Render(IEnumerable<DemoSongNote> notes, int lengthSamples, CancellationToken stop)
    {
        var drums = new DemoSongBus(lengthSamples);
        var bass = new DemoSongBus(lengthSamples);
        var pads = new DemoSongBus(lengthSamples);
        var plucks = new DemoSongBus(lengthSamples);
        var leads = new DemoSongBus(lengthSamples);
        var duck = new float[lengthSamples];
        var kit = new Dictionary<(DemoSongInstrument, int), DemoSongBus>();
        foreach (var note in notes)
        {
            stop.ThrowIfCancellationRequested();
            int at = DemoSongScore.SampleOf(note.Step);
            int held = DemoSongScore.SampleOf(note.Step + note.Steps) - at;
            switch (note.Instrument)
            {
                case DemoSongInstrument.Bass: DemoSongVoices.Bass(bass, at, held, note); break;
                case DemoSongInstrument.Pad: DemoSongVoices.Pad(pads, at, held, note); break;
                case DemoSongInstrument.Pluck: DemoSongVoices.Pluck(plucks, at, held, note); break;
                case DemoSongInstrument.Bell: DemoSongVoices.Bell(leads, at, held, note); break;
                case DemoSongInstrument.Lead: DemoSongVoices.Lead(leads, at, held, note); break;
                default: Strike(drums, kit, at, held, note); break;
            }

            if (note.Instrument == DemoSongInstrument.Kick)
            {
                Press(duck, at, note.Velocity);
            }
        }

        var song = Sum(drums, bass, pads, plucks, leads, duck, stop);
        Finish(song);
        return song;
    }

    private static void Strike(DemoSongBus drums, Dictionary<(DemoSongInstrument, int), DemoSongBus> kit, int at, int held, DemoSongNote note)
    {
        var key = (note.Instrument, note.Instrument == DemoSongInstrument.Riser ? held : note.Pitch);
        if (!kit.TryGetValue(key, out var shot))
        {
            kit[key] = shot = note.Instrument switch
            {
                DemoSongInstrument.Kick => DemoSongDrums.Kick(),
                DemoSongInstrument.Snare => DemoSongDrums.Snare(),
                DemoSongInstrument.Clap => DemoSongDrums.Clap(),
                DemoSongInstrument.ClosedHat => DemoSongDrums.ClosedHat(),
                DemoSongInstrument.OpenHat => DemoSongDrums.OpenHat(),
                DemoSongInstrument.Tom => DemoSongDrums.Tom(note.Pitch),
                DemoSongInstrument.Crash => DemoSongDrums.Crash(),
                DemoSongInstrument.Riser => DemoSongDrums.Riser((float)held / DemoSong.SampleRate),
                _ => throw new ArgumentOutOfRangeException(nameof(note), note.Instrument, "This instrument is no drum."),
            };
        }

        drums.Add(shot, at, note.Velocity * GainOf(note.Instrument));
    }

    private static float GainOf(DemoSongInstrument drum) => drum switch
    {
        DemoSongInstrument.Kick => 0.62f,
        DemoSongInstrument.Snare => 0.5f,
        DemoSongInstrument.Clap => 0.6f,
        DemoSongInstrument.ClosedHat => 0.34f,
        DemoSongInstrument.OpenHat => 0.3f,
        DemoSongInstrument.Tom => 0.45f,
        DemoSongInstrument.Crash => 0.55f,
        _ => 0.8f,
    };

    /// <summary>Presses the side-chain down at a kick; it springs back within a beat.</summary>
    private static void Press(float[] duck, int at, float depth)
    {
        int count = Math.Min((int)(DuckSeconds * DemoSong.SampleRate), duck.Length - at);
        for (int i = 0; i < count; i++)
        {
            float left = 1 - (i / (DuckSeconds * DemoSong.SampleRate));
            // The first milliseconds ease in, so that pressing down makes no click.
            duck[at + i] = Math.Max(duck[at + i], depth * left * left * MathF.Min(1, i / 120f));
        }
    }

    private static DemoSongBus Sum(
        DemoSongBus drums, DemoSongBus bass, DemoSongBus pads, DemoSongBus plucks, DemoSongBus leads, float[] duck, CancellationToken stop)
    {
        var song = new DemoSongBus(duck.Length);
        var ensemble = new DemoSongEnsemble();
        var echo = new DemoSongEcho(DemoSongScore.SampleOf(3), feedback: 0.42f);
        var room = new DemoSongRoom(decaySeconds: 1.5f);
        var sendLeft = new DemoSongFilter(RoomSendHertz);
        var sendRight = new DemoSongFilter(RoomSendHertz);
        for (int i = 0; i < duck.Length; i++)
        {
            if (i % DemoSong.SampleRate == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            float press = duck[i];
            var (padLeft, padRight) = ensemble.Run(pads.Left[i], pads.Right[i]);
            float padGain = 1 - (0.85f * press);
            float pluckGain = 1 - (0.45f * press);
            float bassGain = 1 - (0.8f * press);
            float leadGain = 1 - (0.2f * press);
            float left = (padLeft * padGain) + (plucks.Left[i] * pluckGain) + (leads.Left[i] * leadGain);
            float right = (padRight * padGain) + (plucks.Right[i] * pluckGain) + (leads.Right[i] * leadGain);
            var (echoLeft, echoRight) = echo.Run((plucks.Left[i] * 0.45f) + (leads.Left[i] * 0.3f), (plucks.Right[i] * 0.45f) + (leads.Right[i] * 0.3f));
            echoLeft *= pluckGain;
            echoRight *= pluckGain;
            sendLeft.Run((left * 0.5f) + (echoLeft * 0.4f) + (drums.Left[i] * 0.14f));
            sendRight.Run((right * 0.5f) + (echoRight * 0.4f) + (drums.Right[i] * 0.14f));
            var (roomLeft, roomRight) = room.Run(sendLeft.High, sendRight.High);
            song.Left[i] = drums.Left[i] + (bass.Left[i] * bassGain) + left + echoLeft + roomLeft;
            song.Right[i] = drums.Right[i] + (bass.Right[i] * bassGain) + right + echoRight + roomRight;
        }

        return song;
    }

    private static void Finish(DemoSongBus song)
    {
        float gain = PeakLevel / MathF.Max(Polish(song.Left), Polish(song.Right));
        for (int i = 0; i < song.Left.Length; i++)
        {
            song.Left[i] *= gain;
            song.Right[i] *= gain;
        }
    }

    /// <summary>Rumble out, air in, clipped softly and faded at the end; gives back the peak.</summary>
    private static float Polish(float[] side)
    {
        var rumble = new DemoSongFilter(RumbleHertz);
        var air = new DemoSongFilter(AirHertz, 0.5f);
        float peak = 0;
        for (int i = 0; i < side.Length; i++)
        {
            rumble.Run(side[i]);
            air.Run(rumble.High);
            float fade = MathF.Min(1, (side.Length - i) / (EndFadeSeconds * DemoSong.SampleRate));
            side[i] = SoftClip((rumble.High + (air.High * AirGain)) * Drive) * fade;
            peak = MathF.Max(peak, MathF.Abs(side[i]));
        }

        return peak;
    }

    /// <summary>Straight up to half of full scale, then bending towards 1 with a continuous slope.</summary>
    private static float SoftClip(float value)
    {
        const float knee = 0.5f;
        float size = MathF.Abs(value);
        return size <= knee ? value : MathF.CopySign(knee + ((1 - knee) * MathF.Tanh((size - knee) / (1 - knee))), value);
    }
}
