using System.Collections.Concurrent;

namespace Downbeat.Media;

/// <summary>An encoder of H.264, and whether it works here.</summary>
/// <param name="Name">What people call it, and what a request names.</param>
/// <param name="Codec">What ffmpeg calls it.</param>
/// <param name="Works">Whether films can be coded with it.</param>
/// <param name="Reason">Why it does not work; null when it does.</param>
public sealed record EncoderState(string Name, string Codec, bool Works, string? Reason);

/// <summary>
/// Finds out which hardware encoders work: each codes two pictures, in the background while the studio starts. One that later fails in the middle of a film is not used again until the next start.
/// </summary>
internal sealed class EncoderTrials(Ffmpeg ffmpeg, IReadOnlyList<HardwareEncoder> encoders, ILogger<EncoderTrials> logger) : BackgroundService
{
    /// <summary>The encoder that is always there.</summary>
    public const string Software = "x264";

    /// <summary>The word of a request that takes the best encoder.</summary>
    public const string Auto = "auto";

    private const byte TrialLevel = 41;

    /// <summary>High, and what it contains: Main and Baseline.</summary>
    private static readonly byte[] PlayedEverywhere = [100, 77, 66];

    // Small pictures are refused by some.
    private static readonly string[] Pictures = ["-f", "lavfi", "-i", "color=black:s=256x256:r=30", "-frames:v", "2"];

    private const double TrialQuality = 25;

    private readonly ConcurrentDictionary<string, string> failures = new();
    private readonly Lock gate = new();
    private Task? trials;

    /// <summary>What a request may name, the best first; the software encoder comes last.</summary>
    public IEnumerable<string> Names => encoders.Select(encoder => encoder.Name).Append(Software);

    /// <summary>How it stands with each encoder, in the order in which they are preferred; waits for the trials, which take seconds.</summary>
    public async Task<IReadOnlyList<EncoderState>> StatesAsync(CancellationToken stop)
    {
        await TryAllAsync().WaitAsync(stop).ConfigureAwait(false);
        return
        [
            .. encoders.Select(encoder => new EncoderState(encoder.Name, encoder.Codec, !failures.ContainsKey(encoder.Name), failures.GetValueOrDefault(encoder.Name))),
            new(Software, "libx264", Works: true, Reason: null),
        ];
    }

    /// <summary>The working hardware encoder of a name; null when there is none.</summary>
    public async Task<HardwareEncoder?> FindAsync(string name, CancellationToken stop)
    {
        await TryAllAsync().WaitAsync(stop).ConfigureAwait(false);
        return encoders.FirstOrDefault(encoder => encoder.Name == name && !failures.ContainsKey(name));
    }

    /// <summary>The hardware encoder that is used where this is asked for; null for the software encoder.</summary>
    /// <param name="wish"><see cref="Auto"/>, or an encoder by name; null for the software encoder.</param>
    /// <param name="stop">Gives up waiting for the trials.</param>
    public async Task<HardwareEncoder?> ForAsync(string? wish, CancellationToken stop) => wish switch
    {
        null or Software => null,
        Auto => await FindBestAsync(stop).ConfigureAwait(false),
        _ => await FindAsync(wish, stop).ConfigureAwait(false),
    };

    /// <summary>The best hardware encoder that works; null when none does.</summary>
    public async Task<HardwareEncoder?> FindBestAsync(CancellationToken stop)
    {
        await TryAllAsync().WaitAsync(stop).ConfigureAwait(false);
        return encoders.FirstOrDefault(encoder => !failures.ContainsKey(encoder.Name));
    }

    /// <summary>Takes an encoder out of use that has failed.</summary>
    public void Drop(HardwareEncoder encoder, string reason)
    {
        failures[encoder.Name] = reason;
        logger.LogWarning("The encoder {Name} is not used until the next start: {Reason}", encoder.Name, reason);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var working = (await StatesAsync(stoppingToken).ConfigureAwait(false)).Where(state => state.Works).Select(state => state.Name);
        logger.LogInformation("Encoders that work: {Encoders}", string.Join(", ", working));
    }

    // Whoever asks first starts them, and whoever goes away does not end them: others wait too, and they are over soon.
    private Task TryAllAsync()
    {
        lock (gate)
        {
            return trials ??= Task.Run(async () =>
            {
                foreach (var encoder in encoders)
                {
                    await TryAsync(encoder).ConfigureAwait(false);
                }
            });
        }
    }

    private async Task TryAsync(HardwareEncoder encoder)
    {
        try
        {
            var stream = new MemoryStream();
            await ffmpeg.PipeAsync(
                [
                    .. encoder.DeviceArguments, .. Pictures, .. encoder.UploadFilters is { } upload ? (string[])["-vf", upload] : [],
                    .. encoder.Arguments(TrialQuality), "-profile:v", "high", "-level:v", $"{TrialLevel}", "-f", "h264", "pipe:1",
                ],
                RunLimits.Trial,
                async (bytes, stop) => await stream.WriteAsync(bytes, stop).ConfigureAwait(false),
                CancellationToken.None).ConfigureAwait(false);
            if (ProfileAndLevel(stream.ToArray()) is var (profile, level) && (!PlayedEverywhere.Contains(profile) || level != TrialLevel))
            {
                failures[encoder.Name] = FormattableString.Invariant($"It was asked for High profile at level 4.1 and has written profile {profile} at level {level / 10.0:0.0}.");
            }
        }
        catch (MediaFailure failure)
        {
            failures[encoder.Name] = Reason(failure);
        }
    }

    /// <summary>What the first sequence parameter set of a raw stream says (ITU-T H.264, 7.3.2.1.1); zeros when there is none.</summary>
    private static (byte Profile, byte Level) ProfileAndLevel(ReadOnlySpan<byte> stream)
    {
        const byte KindOfUnit = 0x1F;
        const byte ParameterSet = 7;
        for (var at = 0; at + 6 < stream.Length; at++)
        {
            if (stream[at] == 0 && stream[at + 1] == 0 && stream[at + 2] == 1 && (stream[at + 3] & KindOfUnit) == ParameterSet)
            {
                return (stream[at + 4], stream[at + 6]);
            }
        }

        return default;
    }

    /// <summary>The first thing that ffmpeg complains about, without the address of who complains; what follows are consequences.</summary>
    private static string Reason(MediaFailure failure)
    {
        var line = failure.ErrorTail.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0) ?? failure.Message;
        return line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var name ? line[(name + 2)..] : line;
    }
}
