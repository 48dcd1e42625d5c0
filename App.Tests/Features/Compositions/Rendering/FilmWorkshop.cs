using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>A folder, an ffmpeg and a store of pieces: all that it takes to make films.</summary>
internal sealed class FilmWorkshop : IDisposable
{
    public FilmWorkshop()
    {
        Work = Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;
        Store = new(Directory.CreateDirectory(Path.Combine(Folder, "pieces")).FullName);
        Renderer = new(Ffmpeg, Options.Create(MediaOptions));
        Sound = new(Ffmpeg, new Loudness(Ffmpeg));
        Joiner = new(Ffmpeg, Sound);
    }

    public static MediaOptions MediaOptions { get; } = new();

    /// <summary>With the signs that lists and patterns treat specially.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("film 100%d 'quoted' ").FullName;

    public string Work { get; }

    public Ffmpeg Ffmpeg { get; } = new(Options.Create(MediaOptions), NullLogger<Ffmpeg>.Instance);

    public FolderPieces Store { get; }

    public PieceRenderer Renderer { get; }

    public SoundTrack Sound { get; }

    public FilmJoiner Joiner { get; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<(string Path, FinishedFilm Film, RenderedPieces Pieces)> MakeAsync(
        Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, FilmSong song, RenderPreset preset = RenderPreset.Draft, Action<int, int>? progress = null)
    {
        RenderedPieces pieces;
        try
        {
            pieces = await Renderer.RenderAsync(cut, sources, RenderSettings.Of(preset), Store, Work, progress, Stop);
        }
        catch (MediaFailure failure)
        {
            Assert.Fail(failure.Message + "\n" + failure.ErrorTail);
            throw;
        }

        var path = Path.Combine(Folder, "film.mp4");
        var film = await Joiner.JoinAsync(cut, pieces.Paths, song, sources, Store, Work, path, Path.Combine(Folder, "poster.webp"), null, Stop);
        return (path, film, pieces);
    }

    /// <summary>The pictures of a film, finely coded; each as a plane of light and two of colour.</summary>
    public async Task<List<byte[]>> PicturesAsync(Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, int width, int height)
    {
        var pieces = await Renderer.RenderAsync(cut, sources, new("ultrafast", 4), Store, Work, null, Stop);
        var pictures = new List<byte[]>();
        foreach (var piece in pieces.Paths)
        {
            var bytes = new MemoryStream();
            await Ffmpeg.PipeAsync(["-i", piece, "-pix_fmt", "yuv444p", "-f", "rawvideo", "pipe:1"], RunLimits.Short, async (block, stop) => await bytes.WriteAsync(block, stop), Stop);
            pictures.AddRange(bytes.ToArray().Chunk(3 * width * height));
        }

        return pictures;
    }

    /// <summary>Length of the sound that really decodes.</summary>
    public async Task<double> DecodedSecondsAsync(string song)
    {
        long bytes = 0;
        await Ffmpeg.PipeAsync(["-i", song, "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "pipe:1"], RunLimits.Short, (b, _) =>
        {
            bytes += b.Length;
            return ValueTask.CompletedTask;
        }, Stop);
        return bytes / 16_000.0;
    }

    /// <summary>A tone, for films whose song does not matter.</summary>
    public async Task<FilmSong> ToneAsync(double seconds)
    {
        var path = Path.Combine(Folder, "tone.wav");
        await Ffmpeg.RunAsync(["-f", "lavfi", "-i", $"sine=220:d={seconds.ToString(CultureInfo.InvariantCulture)}", path], RunLimits.Short, null, Stop);
        return new(path, "tone");
    }

    /// <summary>What the renderer must know of a file, asked of ffprobe.</summary>
    public static async Task<(ShotSource Source, double Seconds)> ProbeAsync(Guid id, string path)
    {
        var demuxer = Path.GetExtension(path) switch { ".jpg" => "jpeg_pipe", ".png" => "png_pipe", _ => null };
        var isStill = demuxer is not null;
        using var probe = Process.Start(new ProcessStartInfo(
            "ffprobe", ["-v", "error", .. isStill ? (string[])["-f", demuxer!] : [], "-select_streams", "v:0", "-show_streams", "-show_format", "-of", "json", path])
        {
            RedirectStandardOutput = true,
        })!;
        var json = JsonDocument.Parse(await probe.StandardOutput.ReadToEndAsync()).RootElement;
        var stream = json.GetProperty("streams")[0];
        string Text(string name) => stream.TryGetProperty(name, out var value) ? value.ToString() : "";
        double Fraction(string text, char sign) => text.Split(sign) is [var a, var b] && double.Parse(b) > 0 && double.Parse(a) > 0 ? double.Parse(a) / double.Parse(b) : 0;
        var turned = stream.TryGetProperty("side_data_list", out var sides)
            && sides.EnumerateArray().Any(side => side.TryGetProperty("rotation", out var turn) && turn.GetInt32() % 180 != 0);
        var shape = Fraction(Text("sample_aspect_ratio"), ':') is > 0 and var sar ? sar : 1;
        var (width, height) = ((int)Math.Round(int.Parse(Text("width")) * shape), int.Parse(Text("height")));
        var rates = (Average: Fraction(Text("avg_frame_rate"), '/'), Real: Fraction(Text("r_frame_rate"), '/'));
        return (new(id, path, "content of " + path, turned ? height : width, turned ? width : height)
        {
            Codec = Text("codec_name"),
            FramesPerSecond = rates.Average,
            IsVariableFrameRate = Math.Abs(rates.Average - rates.Real) > 0.01 * rates.Average,
            ColourMatrix = Text("color_space") is "unknown" ? "" : Text("color_space"),
            Transfer = Text("color_transfer") switch { "arib-std-b67" => ColourTransfer.Hlg, "smpte2084" => ColourTransfer.Pq, _ => ColourTransfer.Standard },
            IsInterlaced = Text("field_order") is "tt" or "bb" or "tb" or "bt",
            IsStill = isStill,
            Demuxer = demuxer,
            HasAlpha = Text("pix_fmt") is "rgba" or "yuva420p" || (stream.TryGetProperty("tags", out var tags) && tags.TryGetProperty("alpha_mode", out _)),
            SeeksExactly = Path.GetExtension(path) is not (".avi" or ".gif" or ".ts"),
        }, isStill ? 0 : double.Parse(json.GetProperty("format").GetProperty("duration").GetString()!, CultureInfo.InvariantCulture));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Pieces as files named by their key.</summary>
    internal sealed class FolderPieces(string folder) : IPieceStore
    {
        public ConcurrentBag<string> Added { get; } = [];

        /// <summary>Without what is kept beside them.</summary>
        public int AddedPieces => Added.Count(key => !key.Contains('.', StringComparison.Ordinal));

        public string? TryFind(string key) => Path.Combine(folder, key) is var path && File.Exists(path) ? path : null;

        public Task AddAsync(string key, string temporaryPath)
        {
            File.Move(temporaryPath, Path.Combine(folder, key), overwrite: true);
            Added.Add(key);
            return Task.CompletedTask;
        }
    }
}
