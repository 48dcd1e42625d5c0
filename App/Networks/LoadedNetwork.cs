using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Downbeat.Networks;

/// <summary>A network in memory.</summary>
/// <param name="Session">Runs it.</param>
/// <param name="Labels">Content of the file that names its outputs; empty when it has none.</param>
/// <param name="Device">What it runs on: <c>CPU</c> or <c>CUDA</c>.</param>
/// <param name="MemoryBytes">What the process grew by.</param>
/// <param name="Seconds">What loading took.</param>
internal sealed record LoadedNetwork(InferenceSession Session, byte[] Labels, string Device, long MemoryBytes, double Seconds)
{
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>Loads a network whose files are right.</summary>
    /// <param name="network">Which one.</param>
    /// <param name="files">Its files.</param>
    /// <param name="threads">Threads that one run of it may use.</param>
    /// <param name="logger">Told what went wrong, and what it cost.</param>
    /// <param name="problem">Why it cannot be used, as a sentence; empty when it can.</param>
    /// <returns>Null when it cannot be used.</returns>
    public static LoadedNetwork? Load(Network network, NetworkFiles files, int threads, ILogger logger, out string problem)
    {
        var (before, started) = (Environment.WorkingSet, Stopwatch.GetTimestamp());
        InferenceSession? session = null;
        try
        {
            (session, var device) = Open(files.PathOf(network.File), threads, logger);
            var labels = network.Labels is { } file ? File.ReadAllBytes(files.PathOf(file)) : [];
            if ((Differences(session.InputMetadata, network.Inputs, isWhole: true) ?? Differences(session.OutputMetadata, network.Outputs, isWhole: false)) is not { } differences)
            {
                problem = "";
                var loaded = new LoadedNetwork(session, labels, device, Math.Max(0, Environment.WorkingSet - before), Stopwatch.GetElapsedTime(started).TotalSeconds);
                logger.LogDebug("{Name} was loaded in {Seconds:0.00} s ({Device}, {Megabytes} MB)", network.Name, loaded.Seconds, device, loaded.MemoryBytes >> 20);
                return loaded;
            }

            problem = $"{network.Name} is not used: {network.File.Name} has other tensors than expected ({differences}).";
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            logger.LogWarning(e, "{File} cannot be loaded", network.File.Name);
            problem = $"{network.Name} is not used: {network.File.Name} cannot be loaded; the log says why.";
        }

        session?.Dispose();
        return null;
    }

    private static (InferenceSession Session, string Device) Open(string path, int threads, ILogger logger)
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains(Cuda))
        {
            try
            {
                using var onGraphics = OptionsFor(threads);
                onGraphics.AppendExecutionProvider_CUDA();
                return (new(path, onGraphics), "CUDA");
            }
            catch (OnnxRuntimeException e)
            {
                // The runtime knows CUDA, but this machine has no card, no driver or too little memory for it; when it is the file, the processor says the same.
                logger.LogWarning(e, "CUDA cannot be used; the processor is");
            }
        }

        using var options = OptionsFor(threads);
        return (new(path, options), "CPU");
    }

    private static Microsoft.ML.OnnxRuntime.SessionOptions OptionsFor(int threads)
    {
        var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // The arena would keep the memory of the largest run for as long as the network is loaded.
        options.EnableCpuMemArena = false;
        // Threads that wait for work by turning in circles would take the cores from ffmpeg and our own listening.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    /// <summary>What is there instead of the expected tensors, in words; null when they agree.</summary>
    private static string? Differences(IReadOnlyDictionary<string, NodeMetadata> there, IReadOnlyList<TensorShape> expected, bool isWhole)
    {
        var agree = (!isWhole || there.Count == expected.Count) && expected.All(tensor => there.TryGetValue(tensor.Name, out var found)
            && found.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
            && found.ElementDataType == TensorElementType.Float
            && tensor.Fits(found.Dimensions));
        return agree ? null : $"{string.Join(' ', there.Select(pair => Shape(pair.Key, pair.Value)))} instead of {string.Join(' ', expected)}";
    }

    private static string Shape(string name, NodeMetadata metadata) =>
        metadata.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR ? $"{metadata.ElementDataType} {new TensorShape(name, metadata.Dimensions)}" : $"{metadata.OnnxValueType} {name}";
}
