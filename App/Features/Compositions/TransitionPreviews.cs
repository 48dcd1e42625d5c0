using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Downbeat.Storage;

namespace Downbeat.Features.Compositions;

/// <summary>What transitions look like: short moving pictures, drawn once by the filter that renders them.</summary>
internal sealed class TransitionPreviews(Ffmpeg ffmpeg, FileStore files) : IDisposable
{
    private const string Old = "gradients=s=160x90:r=20:d=1.2:speed=0.00001:n=2:x0=0:y0=0:x1=160:y1=90:c0=0x5b2be0:c1=0x120a33";
    private const string New = "gradients=s=160x90:r=20:d=1.2:speed=0.00001:n=2:x0=160:y0=0:x1=0:y1=90:c0=0xffb454:c1=0xb83280";

    // Whoever asks for many at once gets them one after another.
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Path of an animated WebP of 160 × 90.</summary>
    /// <exception cref="MediaFailure">ffmpeg could not draw it.</exception>
    public async Task<string> FindAsync(TransitionKind kind, CancellationToken stop)
    {
        var name = $"{kind}".ToLowerInvariant();
        var key = $"previews/transition-{name}.webp";
        if (files.Find(key) is { } ready)
        {
            return ready;
        }

        await turn.WaitAsync(stop);
        try
        {
            return files.Find(key) ?? await DrawAsync(name, key, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<string> DrawAsync(string name, string key, CancellationToken stop)
    {
        using var workspace = files.OpenWorkspace($"transition-{name}-{Guid.NewGuid():N}");
        var picture = workspace.File("preview.webp");
        await ffmpeg.RunAsync(
        [
            "-f", "lavfi", "-i", Old, "-f", "lavfi", "-i", New,
            "-filter_complex", $"[0]format=yuv420p[a];[1]format=yuv420p[b];[a][b]xfade=transition={name}:duration=0.8:offset=0.2",
            "-c:v", "libwebp_anim", "-q:v", "60", "-loop", "0", "-f", "webp", picture,
        ], RunLimits.Short, null, stop);
        files.Put(key, picture);
        return files.PathOf(key);
    }
}
