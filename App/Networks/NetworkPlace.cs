using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Downbeat.Networks;

/// <summary>One known network on this machine: whether its files are there and right, and its session while it is in memory. Safe for any number of threads.</summary>
/// <param name="network">Which one.</param>
/// <param name="folder">The models directory.</param>
/// <param name="threads">Threads that one run of it may use.</param>
/// <param name="clock">Says when it was last used.</param>
/// <param name="logger">Told every change.</param>
internal sealed class NetworkPlace(Network network, string folder, int threads, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private (FileStamp File, FileStamp? Labels)? judged;
    private NetworkStanding standing;
    private string sentence = "";
    private InferenceSession? session;
    private byte[] labels = [];
    private long memoryBytes;
    private int users;
    private bool leavesWhenFree;
    private DateTimeOffset lastUsed;
    private DateTimeOffset? failedAt;
    private volatile NetworkState shown = new(network.Name, NetworkStanding.Missing, $"{network.Name} was not looked at yet.", network.File.Name, network.Origin, network.Licence, null, 0);

    /// <summary>The network that belongs here.</summary>
    public Network Network => network;

    /// <summary>How it stands; looks at the files unless the network is in memory. While it is being loaded, as it stood before: nobody who asks waits for that.</summary>
    public NetworkState State
    {
        get
        {
            if (!gate.TryEnter())
            {
                return shown;
            }

            try
            {
                Look();
                return shown = new(network.Name, standing, sentence, network.File.Name, network.Origin, network.Licence, session is null ? null : memoryBytes, users);
            }
            finally
            {
                gate.Exit();
            }
        }
    }

    /// <summary>The session and the content of the labels' file, for the caller until <see cref="Return"/>; null when the network cannot be used, and the state says why.</summary>
    public (InferenceSession Session, byte[] Labels)? Take()
    {
        lock (gate)
        {
            Look();
            if (standing is NetworkStanding.Missing or NetworkStanding.Refused || (session is null && !Load()))
            {
                return null;
            }

            users++;
            leavesWhenFree = false;
            return (session!, labels);
        }
    }

    /// <summary>Ends what <see cref="Take"/> began.</summary>
    public void Return()
    {
        lock (gate)
        {
            users--;
            lastUsed = clock.GetUtcNow();
            if (leavesWhenFree && users == 0)
            {
                Unload();
            }
        }
    }

    /// <summary>Gives the memory back: at once, or when the last user is done. A network that failed at work may be lent again afterwards.</summary>
    /// <param name="unusedSince">A network that was used, or failed, later stays as it is; null releases it in any case.</param>
    /// <returns>Bytes that were given back at once.</returns>
    public long Release(DateTimeOffset? unusedSince = null)
    {
        lock (gate)
        {
            if (failedAt is { } failed && !(failed > unusedSince))
            {
                // It may have been the machine's fault: it gets another chance.
                (judged, failedAt) = (null, null);
            }

            if (session is null || (unusedSince is { } since && (users > 0 || lastUsed > since)))
            {
                return 0;
            }

            leavesWhenFree = users > 0;
            return leavesWhenFree ? 0 : Unload();
        }
    }

    /// <summary>Notes that the network failed at work: nobody gets it again for a while, or until the models are released or its file changes.</summary>
    public void Refuse(string reason)
    {
        lock (gate)
        {
            (leavesWhenFree, failedAt) = (true, clock.GetUtcNow());
            Judge(NetworkStanding.Refused, $"{network.Name} is not used for a while: {reason}.");
        }
    }

    /// <summary>As <see cref="Release"/> in any case.</summary>
    public void Dispose() => Release();

    private void Look()
    {
        var now = (FileStamp.Of(PathOf(network.File)), network.Labels is { } file ? FileStamp.Of(PathOf(file)) : (FileStamp?)null);
        if (session is not null || judged == now)
        {
            return;
        }

        judged = now;
        var problem = ProblemWith(network.File) ?? (network.Labels is { } names ? ProblemWith(names) : null);
        if (problem is { } found)
        {
            Judge(found.Standing, found.Sentence);
        }
        else
        {
            Judge(NetworkStanding.Ready, $"{network.Name} is there; it is loaded when it is needed.");
        }
    }

    private (NetworkStanding Standing, string Sentence)? ProblemWith(ModelFile file)
    {
        try
        {
            if (!File.Exists(PathOf(file)))
            {
                return (NetworkStanding.Missing, $"{network.Name} is not there: get {file.Name} from {network.Origin} and put it into the models directory.");
            }

            using var content = File.OpenRead(PathOf(file));
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
            return sha256 == file.Sha256
                ? null
                : (NetworkStanding.Refused, $"{network.Name} is not used: {file.Name} has other content than expected (SHA-256 {sha256[..12]}…, not {file.Sha256[..12]}…); get it from {network.Origin}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason may name folders, and the sentence is for everybody.
            logger.LogWarning(e, "{File} cannot be read", file.Name);
            return (NetworkStanding.Refused, $"{network.Name} is not used: {file.Name} cannot be read; the log says why.");
        }
    }

    private bool Load()
    {
        var (before, started) = (Environment.WorkingSet, Stopwatch.GetTimestamp());
        try
        {
            using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            // The arena would keep the memory of the largest run for as long as the network is loaded.
            options.EnableCpuMemArena = false;
            // Threads that wait for work by turning in circles would take the cores from ffmpeg and our own listening.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            session = new(PathOf(network.File), options);
            labels = network.Labels is { } file ? File.ReadAllBytes(PathOf(file)) : [];
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            logger.LogWarning(e, "{File} cannot be loaded", network.File.Name);
            Unload();
            Judge(NetworkStanding.Refused, $"{network.Name} is not used: {network.File.Name} cannot be loaded; the log says why.");
            return false;
        }

        if ((Differences(session.InputMetadata, network.Inputs, isWhole: true) ?? Differences(session.OutputMetadata, network.Outputs, isWhole: false)) is { } differences)
        {
            Unload();
            Judge(NetworkStanding.Refused, $"{network.Name} is not used: {network.File.Name} has other tensors than expected ({differences}).");
            return false;
        }

        memoryBytes = Math.Max(0, Environment.WorkingSet - before);
        Judge(NetworkStanding.Loaded, $"{network.Name} is loaded.");
        logger.LogDebug("{Name} took {Seconds:0.00} s and {Megabytes} MB", network.Name, Stopwatch.GetElapsedTime(started).TotalSeconds, memoryBytes >> 20);
        return true;
    }

    /// <summary>What is there instead of the expected tensors, in words; null when they agree.</summary>
    private static string? Differences(IReadOnlyDictionary<string, NodeMetadata> there, IReadOnlyList<TensorShape> expected, bool isWhole)
    {
        var agree = (!isWhole || there.Count == expected.Count) && expected.All(tensor => there.TryGetValue(tensor.Name, out var found)
            && found.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
            && found.ElementDataType == TensorElementType.Float
            && found.Dimensions.AsSpan().SequenceEqual(tensor.Dimensions));
        return agree ? null : $"{string.Join(' ', there.Select(pair => Shape(pair.Key, pair.Value)))} instead of {string.Join(' ', expected)}";
    }

    private static string Shape(string name, NodeMetadata metadata) =>
        metadata.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR ? $"{metadata.ElementDataType} {new TensorShape(name, metadata.Dimensions)}" : $"{metadata.OnnxValueType} {name}";

    private long Unload()
    {
        session?.Dispose();
        var bytes = memoryBytes;
        (session, labels, memoryBytes, leavesWhenFree) = (null, [], 0, false);
        if (standing == NetworkStanding.Loaded)
        {
            Judge(NetworkStanding.Ready, $"{network.Name} is there; it is loaded when it is needed.");
        }

        return bytes;
    }

    private void Judge(NetworkStanding now, string words)
    {
        if (sentence != words)
        {
            (standing, sentence) = (now, words);
            logger.Log(now == NetworkStanding.Refused ? LogLevel.Warning : LogLevel.Information, "{State}", words);
        }
    }

    private string PathOf(ModelFile file) => Path.Combine(folder, file.Name);

    /// <summary>What tells that a file is another one than a moment ago.</summary>
    private readonly record struct FileStamp(long Bytes, DateTime WrittenAt)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : new(-1, default);
    }
}
