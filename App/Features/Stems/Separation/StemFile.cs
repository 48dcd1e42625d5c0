using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Downbeat.Features.Stems.Separation;

/// <summary>
/// A stem on disk: a WAV file of ours, stereo, <see cref="StereoBlock.SampleRate"/>, 24 bits. It is written block by block from its beginning to its end, and any stretch of it can be read.
/// </summary>
internal sealed class StemFile : IDisposable
{
    /// <summary>Bytes of a frame.</summary>
    public const int FrameBytes = 6;

    /// <summary>What a sample of 1 is as a whole number; the largest that can be stored is one less.</summary>
    public const int FullScale = 1 << 23;

    private const int HeaderBytes = 44;
    private readonly SafeFileHandle file;

    private StemFile(SafeFileHandle file)
    {
        this.file = file;
        Frames = Math.Max(0, (RandomAccess.GetLength(file) - HeaderBytes) / FrameBytes);
    }

    /// <summary>Whole frames that are there.</summary>
    public long Frames { get; private set; }

    /// <summary>Longest sound that such a file can hold: a WAV counts its bytes with 32 bits.</summary>
    public static long MostFrames => (uint.MaxValue - HeaderBytes) / FrameBytes;

    /// <summary>Opens a file to read it.</summary>
    public static StemFile Read(string path) => new(File.OpenHandle(path, options: FileOptions.RandomAccess));

    /// <summary>Opens a file to write on at <paramref name="fromFrame"/>; what comes after is cut off. Its header tells of its final length from the beginning.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="fromFrame">Frames that are there and stay.</param>
    /// <param name="totalFrames">Length that it will have, at most <see cref="MostFrames"/>.</param>
    public static StemFile Write(string path, long fromFrame, long totalFrames)
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        RandomAccess.SetLength(handle, HeaderBytes + (fromFrame * FrameBytes));
        RandomAccess.Write(handle, Header(totalFrames), 0);
        return new(handle);
    }

    /// <summary>Adds frames.</summary>
    /// <param name="samples">Left and right in turn, −<see cref="FullScale"/> to <see cref="FullScale"/> − 1.</param>
    public void Append(ReadOnlySpan<int> samples)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(samples.Length * 3);
        try
        {
            for (var n = 0; n < samples.Length; n++)
            {
                bytes[3 * n] = (byte)samples[n];
                bytes[(3 * n) + 1] = (byte)(samples[n] >> 8);
                bytes[(3 * n) + 2] = (byte)(samples[n] >> 16);
            }

            RandomAccess.Write(file, bytes.AsSpan(0, samples.Length * 3), HeaderBytes + (Frames * FrameBytes));
            Frames += samples.Length / 2;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads a stretch, for any thread.</summary>
    /// <param name="startFrame">Its first frame, not negative.</param>
    /// <param name="block">Takes as many frames as it has room for; behind the end there is silence.</param>
    public void Read(long startFrame, StereoBlock block)
    {
        var count = (int)Math.Clamp(Frames - startFrame, 0, block.Frames);
        var bytes = ArrayPool<byte>.Shared.Rent(count * FrameBytes);
        try
        {
            ReadExactly(bytes.AsSpan(0, count * FrameBytes), HeaderBytes + (startFrame * FrameBytes));
            for (var n = 0; n < count; n++)
            {
                (block.Left[n], block.Right[n]) = (Sample(bytes, n * FrameBytes), Sample(bytes, (n * FrameBytes) + 3));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        block.Left.AsSpan(count).Clear();
        block.Right.AsSpan(count).Clear();
    }

    /// <summary>Has the disk hold everything that was written.</summary>
    public void Flush() => RandomAccess.FlushToDisk(file);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void ReadExactly(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(file, bytes, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("A stem has become shorter while it was read.");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }

    private static float Sample(byte[] bytes, int at) => (bytes[at] | (bytes[at + 1] << 8) | ((sbyte)bytes[at + 2] << 16)) / (float)FullScale;

    private static byte[] Header(long frames)
    {
        var header = new byte[HeaderBytes];
        var data = (uint)(frames * FrameBytes);
        Encoding.ASCII.GetBytes("RIFF", header.AsSpan(0));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), data + HeaderBytes - 8);
        Encoding.ASCII.GetBytes("WAVEfmt ", header.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(22), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), StereoBlock.SampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), StereoBlock.SampleRate * FrameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(32), FrameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(34), 24);
        Encoding.ASCII.GetBytes("data", header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), data);
        return header;
    }
}
