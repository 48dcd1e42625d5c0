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
            await ffmpeg.RunAsync(
                [
                    .. encoder.DeviceArguments, .. Pictures, .. encoder.UploadFilters is { } upload ? (string[])["-vf", upload] : [],
                    .. encoder.Arguments(TrialQuality), "-f", "null", "-",
                ],
                RunLimits.Trial,
                null,
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (MediaFailure failure)
        {
            failures[encoder.Name] = Reason(failure);
        }
    }

    /// <summary>The first thing that ffmpeg complains about, without the address of who complains; what follows are consequences.</summary>
    private static string Reason(MediaFailure failure)
    {
        var line = failure.ErrorTail.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0) ?? failure.Message;
        return line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var name ? line[(name + 2)..] : line;
    }
}
