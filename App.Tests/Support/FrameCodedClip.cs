using Downbeat.Media;

namespace Downbeat.Tests.Support;

/// <summary>
/// A clip in which every picture carries the clip's number and its own as a field of 24 black and white cells, large enough to survive scaling and coding:
/// whoever reads a film of such clips knows for each frame what it shows.
/// </summary>
internal sealed record FrameCodedClip(int Id, string Path, double FramesPerSecond, int Frames, int Width, int Height)
{
    public const int Columns = 6;
    public const int Rows = 4;

    /// <summary>Kinds of clips that a user may bring.</summary>
    public static readonly string[] Kinds = ["24", "25", "29.97", "30", "50", "60", "vfr", "rotated", "portrait", "odd", "sound", "short", "vp9", "avi"];

    public double DurationSeconds => Frames / FramesPerSecond;

    /// <summary>Draws and codes a clip.</summary>
    public static async Task<FrameCodedClip> MakeAsync(Ffmpeg ffmpeg, string folder, int id, string kind, double seconds = 5)
    {
        var (width, height) = kind switch { "portrait" => (180, 320), "odd" => (321, 181), _ => (320, 180) };
        var (rate, perSecond) = kind switch
        {
            "24" or "25" or "50" or "60" => (kind, double.Parse(kind)),
            "29.97" => ("30000/1001", 30000 / 1001.0),
            _ => ("30", 30.0),
        };
        var frames = (int)((kind == "short" ? 0.5 : seconds) * perSecond);
        var path = System.IO.Path.Combine(folder, $"clip{id}." + kind switch { "vp9" => "webm", "avi" => "avi", _ => "mp4" });
        var raw = path + ".gray";
        await WriteRawAsync(raw, id, width, height, frames);
        await ffmpeg.RunAsync(
        [
            "-f", "rawvideo", "-pix_fmt", "gray", "-s", $"{width}x{height}", "-r", rate, "-i", raw,
            .. kind == "sound" ? (string[])["-f", "lavfi", "-i", "sine=440"] : [],
            .. kind switch
            {
                // Two of five pictures are missing: what is on display then is up to two pictures old.
                "vfr" => (string[])["-vf", "select='lt(mod(n,5),3)'", "-vsync", "vfr"],
                "rotated" => ["-vf", "transpose=cclock"],
                "sound" => ["-shortest"],
                _ => [],
            },
            .. kind switch
            {
                "vp9" => (string[])["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "30", "-b:v", "0", "-pix_fmt", "yuv420p"],
                "avi" => ["-c:v", "mpeg4", "-q:v", "4", "-bf", "2", "-pix_fmt", "yuv420p"],
                _ => ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", kind == "odd" ? "yuv444p" : "yuv420p"],
            },
            path,
        ], RunLimits.Short, null, TestContext.Current.CancellationToken);
        File.Delete(raw);
        if (kind == "rotated")
        {
            TurnClockwise(path);
        }

        return new(id, path, perSecond, frames, width, height);
    }

    /// <summary>The 24 bits of a picture: clip, frame, and a check of both.</summary>
    public static int CodeOf(int id, int frame) => (id << 20) | (frame << 8) | Check(id, frame);

    /// <summary>What a picture says, or null when it is not one of these.</summary>
    public static (int Id, int Frame)? Decode(int code)
    {
        var (id, frame) = (code >> 20, (code >> 8) & 0xFFF);
        return (code & 0xFF) == Check(id, frame) ? (id, frame) : null;
    }

    /// <summary>Writes a quarter turn into the track header, as phones do (ISO/IEC 14496-12, 8.3.2).</summary>
    public static void TurnClockwise(string path)
    {
        const int MatrixAfterType = 44;
        var file = File.ReadAllBytes(path);
        var matrix = file.AsSpan(file.AsSpan().IndexOf("tkhd"u8) + MatrixAfterType);
        int[] turn = [0, 0x10000, 0, -0x10000, 0, 0];
        for (var i = 0; i < turn.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(matrix[(4 * i)..], turn[i]);
        }

        File.WriteAllBytes(path, file);
    }

    private static int Check(int id, int frame) => ((id * 37) ^ (frame * 11) ^ (frame >> 5) ^ 0xA5) & 0xFF;

    private static async Task WriteRawAsync(string path, int id, int width, int height, int frames)
    {
        await using var file = File.Create(path);
        var picture = new byte[width * height];
        for (var frame = 0; frame < frames; frame++)
        {
            var code = CodeOf(id, frame);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var cell = (y * Rows / height * Columns) + (x * Columns / width);
                    picture[(y * width) + x] = (byte)(((code >> cell) & 1) == 0 ? 0 : 255);
                }
            }

            await file.WriteAsync(picture);
        }
    }
}
